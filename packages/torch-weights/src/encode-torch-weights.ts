import { littleEndianBytes } from '@cifarlab/internals/little-endian';
import { Op } from '@cifarlab/internals/pickle-opcodes';
import { show } from '@cifarlab/internals/show';
import type { Tensor } from '@cifarlab/safetensors';
import { TorchWeightsError } from './error.js';
import { PickleWriter } from './pickle-writer.js';

/** Weights that {@link encodeTorchWeights} writes, by their names in a `state_dict`. */
export type EncodableWeights = Readonly<Record<string, Tensor<Float32Array> | Tensor<Float64Array>>>;

/** The version of torch.save's archives. */
const VERSION = '3\n';

/** The folder of all files in an archive; torch.save takes the name of the file, which does not matter. */
const FOLDER = 'archive';

/** The earliest moment that an archive can name: the same weights make the same bytes. */
const NO_DATE = new Date(1980, 0, 1);

/**
 * Writes weights as `torch.save(state_dict, file)` does since PyTorch 1.6: `torch.load(file, weights_only=True)` gives an
 * `OrderedDict` of float32 and float64 tensors in the order given. The same weights make the same bytes.
 *
 * @returns the bytes of a `.pth` file.
 * @throws {TorchWeightsError} `INVALID_OPTION` when an array is of other numbers, or its shape is not that of its numbers.
 */
export async function encodeTorchWeights(weights: EncodableWeights): Promise<Uint8Array> {
  for (const [name, tensor] of Object.entries(weights)) requireTensor(name, tensor);
  // Not every user writes an archive; the others need not wait for it.
  const { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } = await import('@zip.js/zip.js');
  const options = { useWebWorkers: false, level: 0, dataDescriptor: false, extendedTimestamp: false } as const;
  const zip = new ZipWriter(new Uint8ArrayWriter(), { ...options, lastModDate: NO_DATE });
  const add = (name: string, bytes: Uint8Array) => zip.add(`${FOLDER}/${name}`, new Uint8ArrayReader(bytes));
  const text = (value: string) => new TextEncoder().encode(value);
  await add('data.pkl', pickleOf(weights));
  await add('byteorder', text('little'));
  for (const [key, { data }] of Object.values(weights).entries()) await add(`data/${key}`, littleEndianBytes(data));
  await add('version', text(VERSION));
  return zip.close();
}

/** Returns an OrderedDict of tensors; each has a storage of its own, numbered in order. */
function pickleOf(weights: EncodableWeights): Uint8Array {
  const pickle = new PickleWriter();
  emptyDictionary(pickle).op(Op.MARK);
  for (const [key, [name, { shape, data }]] of Object.entries(weights).entries()) {
    pickle.text(name);
    pickle.global('torch._utils', '_rebuild_tensor_v2').op(Op.MARK);
    const type = data instanceof Float32Array ? 'FloatStorage' : 'DoubleStorage';
    pickle.op(Op.MARK).text('storage').global('torch', type).text(String(key)).text('cpu').integer(data.length);
    pickle.op(Op.TUPLE, Op.BINPERSID);
    // Its offset in the storage, whether it wants gradients, and its hooks.
    pickle.integer(0).integers(shape).integers(stridesOf(shape)).op(Op.NEWFALSE);
    emptyDictionary(pickle).op(Op.TUPLE, Op.REDUCE);
  }
  return pickle.op(Op.SETITEMS).finish();
}

function emptyDictionary(pickle: PickleWriter): PickleWriter {
  return pickle.global('collections', 'OrderedDict').op(Op.EMPTY_TUPLE, Op.REDUCE);
}

/** Returns the strides of a row-major array. */
function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
}

function requireTensor(name: string, { shape, data }: EncodableWeights[string]): void {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) {
    const rule = 'must be a Float32Array or a Float64Array';
    throw invalid(`The data of the tensor ${show(name)} ${rule}, and is ${show(data)}; convert it first.`);
  }
  const isShape = Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (isShape && shape.reduce((product, size) => product * size, 1) === data.length) return;
  throw invalid(
    `The tensor ${show(name)} has the shape ${show(shape)} and ${data.length} numbers; give a shape of as many.`,
  );
}

function invalid(message: string): TorchWeightsError {
  return new TorchWeightsError('INVALID_OPTION', message);
}
