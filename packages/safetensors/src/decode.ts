import { hostIsLittleEndian, swapBytes } from './byte-order.js';
import { supportedDtypes, type TensorArray, TYPED_ARRAYS } from './dtype.js';
import { SafetensorsError } from './error.js';
import { MAX_HEADER_BYTES, METADATA_KEY, PREFIX_BYTES } from './format.js';
import { parseUniqueJson } from './parse-unique-json.js';
import { elementCount, isSize, type Tensor } from './tensor.js';

/** What a `.safetensors` file holds. */
export interface DecodedSafetensors {
  /** Name -> tensor, in the order of the header. */
  tensors: Record<string, Tensor>;
  /** The texts of the header's `__metadata__`; empty where it has none. */
  metadata: Record<string, string>;
}

interface Entry {
  name: string;
  dtype: string;
  shape: number[];
  begin: number;
  end: number;
}

/**
 * Reads the bytes of a `.safetensors` file, trusting none of them.
 *
 * A tensor's data is a view of `bytes` where its place in memory is a multiple of its element size, and a copy
 * otherwise: keep `bytes` unchanged while the tensors are used, or copy them.
 *
 * @param bytes the whole file.
 * @throws SafetensorsError when the bytes are no complete, consistent file: cut short, a header that is too large, no
 *   UTF-8, no JSON or has a name twice, an unknown dtype, a shape that does not fit its byte range, ranges that overlap,
 *   leave gaps or reach beyond the end, or bytes that belong to no tensor.
 */
export function decodeSafetensors(bytes: Uint8Array): DecodedSafetensors {
  const { header, dataStart } = readHeader(bytes);
  const { [METADATA_KEY]: metadata, ...infos } = header;
  const entries = Object.entries(infos).map(([name, info]) => readEntry(name, info));
  checkRanges(entries, bytes.length - dataStart);
  return {
    // Object.fromEntries defines properties, so that a tensor named `__proto__` is one like any other.
    tensors: Object.fromEntries(entries.map((entry) => [entry.name, readTensor(bytes, dataStart, entry)])),
    metadata: metadata === undefined ? {} : readMetadata(metadata),
  };
}

function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; dataStart: number } {
  if (bytes.length < PREFIX_BYTES) {
    throw new SafetensorsError(
      `The file has ${bytes.length} bytes, and the header's length alone takes ${PREFIX_BYTES}: it is cut short or no .safetensors file.`,
    );
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES) {
    throw new SafetensorsError(
      `The header claims ${length} bytes, and the format allows ${MAX_HEADER_BYTES}: this is no .safetensors file.`,
    );
  }
  const dataStart = PREFIX_BYTES + Number(length);
  if (dataStart > bytes.length) {
    throw new SafetensorsError(
      `The header claims ${length} bytes, and the file has ${bytes.length - PREFIX_BYTES} after its length: it is cut short.`,
    );
  }
  if (bytes[PREFIX_BYTES] !== 0x7b || length === 0n) {
    throw new SafetensorsError('The header does not start with "{": this is no .safetensors file.');
  }
  return { header: parseHeader(bytes.subarray(PREFIX_BYTES, dataStart)), dataStart };
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let text: string;
  try {
    // The copy lets browsers decode bytes of shared memory too.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(new Uint8Array(bytes));
  } catch {
    throw new SafetensorsError('The header is no valid UTF-8: the file is damaged.');
  }
  try {
    return parseUniqueJson(text) as Record<string, unknown>;
  } catch (error) {
    throw new SafetensorsError(`The header is no valid JSON (${(error as Error).message}): the file is damaged.`);
  }
}

function readMetadata(value: unknown): Record<string, string> {
  if (!isObject(value) || !Object.values(value).every((text) => typeof text === 'string')) {
    throw new SafetensorsError(`The header's "${METADATA_KEY}" must map names to text: the file is damaged.`);
  }
  return value as Record<string, string>;
}

function readEntry(name: string, info: unknown): Entry {
  const quoted = JSON.stringify(name);
  const { dtype, shape, data_offsets: range } = isObject(info) ? info : {};
  if (typeof dtype !== 'string' || !isSizes(shape) || !isSizes(range) || range.length !== 2) {
    throw new SafetensorsError(
      `Tensor ${quoted} must have a dtype, a shape and two data_offsets, of integers of 0 or more; its entry is ${JSON.stringify(info)}.`,
    );
  }
  const array = TYPED_ARRAYS.get(dtype);
  if (array === undefined) {
    throw new SafetensorsError(
      `Tensor ${quoted} has the dtype ${JSON.stringify(dtype)}, and supported are ${supportedDtypes()}: convert it before it is written.`,
    );
  }
  const [begin, end] = range as [number, number];
  const expected = elementCount(shape) * array.BYTES_PER_ELEMENT;
  if (end - begin !== expected) {
    throw new SafetensorsError(
      `Tensor ${quoted} of dtype ${dtype} and shape [${shape.join(', ')}] takes ${expected} bytes, but its data_offsets [${begin}, ${end}] span ${end - begin}: the file is damaged.`,
    );
  }
  return { name, dtype, shape, begin, end };
}

/** The ranges must tile the data exactly: no overlap, no gap, nothing left over. */
function checkRanges(entries: readonly Entry[], dataBytes: number): void {
  let covered = 0;
  // An empty tensor comes before the one whose data start at the same place.
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (end > dataBytes) {
      throw new SafetensorsError(
        `Tensor ${JSON.stringify(name)} ends at byte ${end} of the data, and the file has ${dataBytes}: it is cut short.`,
      );
    }
    if (begin !== covered) {
      throw new SafetensorsError(
        `Tensor ${JSON.stringify(name)} starts at byte ${begin} of the data, but the tensors before it end at ${covered}: ${begin < covered ? 'they overlap' : 'there is a gap'}, so the file is damaged.`,
      );
    }
    covered = end;
  }
  if (covered !== dataBytes) {
    throw new SafetensorsError(
      `The tensors take ${covered} bytes of data, and the file has ${dataBytes}: the rest belongs to none, so the file is damaged.`,
    );
  }
}

function readTensor(bytes: Uint8Array, dataStart: number, { dtype, shape, begin, end }: Entry): Tensor {
  const array = TYPED_ARRAYS.get(dtype)!;
  const size = array.BYTES_PER_ELEMENT;
  let view = bytes.subarray(dataStart + begin, dataStart + end);
  if (view.byteOffset % size !== 0 || !hostIsLittleEndian) view = new Uint8Array(view);
  if (!hostIsLittleEndian) swapBytes(view, size);
  const data: TensorArray = new array(view.buffer, view.byteOffset, view.length / size);
  return { shape, data };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isSize);
}
