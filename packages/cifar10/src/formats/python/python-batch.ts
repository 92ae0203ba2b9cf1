import { PickledTuple } from '@cifarlab/internals/pickle';
import { Cifar10Error } from '../../errors.js';
import { IMAGE_SIZE, LARGEST_LABEL, RECORD_SIZE } from '../../records.js';
import { numbersOf, OWN_BATCH, PickledArray, type PickleValue, readPickle } from './pickle.js';

/** A batch of the Python version: labels, and pixels `[count, 3072]` as a view into the file. */
export interface PythonBatch {
  readonly count: number;
  readonly labels: readonly number[];
  readonly pixels: Uint8Array;
}

/**
 * Reads one file of `cifar-10-batches-py`: a dictionary with `labels`, a list, a tuple or a NumPy array of whole numbers,
 * and `data`, a NumPy array of bytes of shape `[count, 3072]`.
 *
 * @throws {Cifar10Error} `UNSAFE_PICKLE` or `MALFORMED`, naming the file.
 */
export function readPythonBatch(bytes: Uint8Array, file: string): PythonBatch {
  const batch = readPickle(bytes, file);
  const fields = batch instanceof Map ? batch : new Map<string, PickleValue>();
  if (fields.has('fine_labels') && !fields.has('labels')) {
    throw malformed(file, "it has 'fine_labels', so it is a batch of CIFAR-100, which is not read here");
  }
  const data = fields.get('data');
  if (
    !(data instanceof PickledArray) ||
    data.shape.length !== 2 ||
    data.shape[1] !== IMAGE_SIZE ||
    data.type !== '|u1'
  ) {
    const found = data instanceof PickledArray ? ` but an array ${data.type} of shape (${data.shape.join(', ')})` : '';
    throw malformed(file, `its 'data' is not a byte array of shape (count, ${IMAGE_SIZE})${found}`);
  }
  const count = data.shape[0]!;
  const labels = listOf(fields.get('labels'));
  if (labels?.length !== count) throw malformed(file, `its 'labels' are not a list of ${count} numbers`);
  if (!labels.every(isLabel)) {
    throw malformed(file, `its 'labels' are not all whole numbers from 0 to ${LARGEST_LABEL}`);
  }
  return { count, labels, pixels: data.data };
}

function listOf(labels: PickleValue | undefined): readonly unknown[] | undefined {
  if (labels instanceof PickledArray) return numbersOf(labels);
  return labels instanceof PickledTuple ? labels.items : Array.isArray(labels) ? labels : undefined;
}

/** Writes a batch as records: label byte, then the image's 3072 bytes, per image. */
export function writeRecords(batch: PythonBatch, records: Uint8Array): void {
  for (let i = 0; i < batch.count; i++) {
    records[i * RECORD_SIZE] = batch.labels[i]!;
    records.set(batch.pixels.subarray(i * IMAGE_SIZE, (i + 1) * IMAGE_SIZE), i * RECORD_SIZE + 1);
  }
}

function isLabel(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LARGEST_LABEL;
}

function malformed(file: string, what: string): Cifar10Error {
  return new Cifar10Error(
    'MALFORMED',
    `${file}: not a CIFAR-10 batch (${what}). Fetch the file again, or leave the data folder out to download the data; ${OWN_BATCH}.`,
  );
}
