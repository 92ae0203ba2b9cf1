import { hostIsLittleEndian, swapBytes } from './byte-order.js';
import { arrayOf, bytesOf, isPlain } from './dtype.js';
import { SafetensorsError } from './error.js';
import { describe, excerpt, kindOf, quote } from './excerpt.js';
import { MAX_HEADER_BYTES, METADATA_KEY, PREFIX_BYTES } from './format.js';
import { JsonReader } from './json-reader.js';
import { elementCount, isShape, MAX_DIMENSIONS, type Tensor } from './tensor.js';
import { widened } from './widen.js';

/** Options of {@link decodeSafetensors} and {@link decodeSafetensorsMap}. */
export interface DecodeOptions {
  /**
   * Whether tensors of the narrow floating-point dtypes (`F16`, `BF16`, `F8_…`) become `Float32Array`s of the same
   * values, as by `toFloat32`; default false: their bits as they are in the file. All other tensors stay as they are.
   */
  widen?: boolean;
}

/** Contents of a `.safetensors` file. */
export interface DecodedSafetensors {
  /** Name -> tensor, in the order of the header, but names that are integers ("0", "11") come first, ascending. */
  tensors: Record<string, Tensor>;
  /** The texts of the header's `__metadata__`; empty if there are none. */
  metadata: Record<string, string>;
}

/** Contents of a `.safetensors` file, in its order. */
export interface DecodedSafetensorsMap {
  /** Name -> tensor, in the order of the header. */
  tensors: Map<string, Tensor>;
  /** The texts of the header's `__metadata__`, in its order; empty if there are none. */
  metadata: Map<string, string>;
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
 * otherwise: keep `bytes` unchanged while the tensors are used, or copy them. A tensor of a dtype that JavaScript has no
 * typed array for holds its bits or bytes and carries its `dtype` (see {@link Tensor}); `widen` or `toFloat32` make
 * numbers of them.
 *
 * @param bytes the whole file.
 * @param options whether narrow floats are widened; default no.
 * @throws SafetensorsError when the bytes are not a complete, consistent file: cut short, a header that is too large,
 *   is not UTF-8, is not JSON or has a name twice, a shape that does not fit its byte range, ranges that overlap, leave
 *   gaps or reach beyond the end, or bytes that belong to no tensor; when `bytes` is not a `Uint8Array`, and for
 *   unknown options.
 */
export function decodeSafetensors(bytes: Uint8Array, options: DecodeOptions = {}): DecodedSafetensors {
  const { tensors, metadata } = decodeSafetensorsMap(bytes, options);
  // Object.fromEntries defines properties, so that a tensor named `__proto__` is one like any other.
  return { tensors: Object.fromEntries(tensors), metadata: Object.fromEntries(metadata) };
}

/**
 * Reads the bytes of a `.safetensors` file like {@link decodeSafetensors}, into Maps: these keep the order of all names,
 * where an object puts "0", "1", … "11" first. `encodeSafetensors` takes them as they are.
 *
 * @param bytes the whole file.
 * @param options whether narrow floats are widened; default no.
 * @throws SafetensorsError as {@link decodeSafetensors}.
 */
export function decodeSafetensorsMap(bytes: Uint8Array, options: DecodeOptions = {}): DecodedSafetensorsMap {
  const widen = checkOptions(options);
  const { entries, metadata, dataStart } = readHeader(checkBytes(bytes));
  checkRanges(entries, bytes.length - dataStart);
  const read = (entry: Entry) => {
    const tensor = readTensor(bytes, dataStart, entry);
    return widen ? widened(tensor) : tensor;
  };
  return { tensors: new Map(entries.map((entry) => [entry.name, read(entry)])), metadata };
}

function checkBytes(bytes: unknown): Uint8Array {
  if (ArrayBuffer.isView(bytes) && kindOf(bytes) === 'Uint8Array') return bytes as Uint8Array;
  throw new SafetensorsError(
    `The file's bytes must be a Uint8Array; got ${describe(bytes)}: of an ArrayBuffer make one by new Uint8Array(buffer).`,
  );
}

function checkOptions(options: DecodeOptions): boolean {
  if (typeof options !== 'object' || options === null) {
    throw new SafetensorsError(`The options must be an object such as { widen: true }; got ${describe(options)}.`);
  }
  const unknown = Object.keys(options).find((key) => key !== 'widen');
  const { widen = false } = options;
  if (unknown !== undefined || typeof widen !== 'boolean') {
    const got = unknown === undefined ? `widen ${describe(widen)}` : `the option ${quote(unknown)}`;
    throw new SafetensorsError(`The only option is "widen", true or false; got ${got}.`);
  }
  return widen;
}

function readHeader(bytes: Uint8Array): { entries: Entry[]; metadata: Map<string, string>; dataStart: number } {
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
  return { ...parseHeader(bytes.subarray(PREFIX_BYTES, dataStart)), dataStart };
}

function parseHeader(bytes: Uint8Array): { entries: Entry[]; metadata: Map<string, string> } {
  let text: string;
  try {
    // The copy lets browsers decode bytes of shared memory too.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(new Uint8Array(bytes));
  } catch {
    throw new SafetensorsError('The header is not valid UTF-8: the file is damaged.');
  }
  const reader = new JsonReader(text);
  const entries: Entry[] = [];
  let metadata = new Map<string, string>();
  reader.object((name) => {
    if (name === METADATA_KEY) metadata = readMetadata(reader);
    else entries.push(readEntry(name, reader));
  });
  reader.end();
  return { entries, metadata };
}

function readMetadata(reader: JsonReader): Map<string, string> {
  const expectStart = (character: string) => {
    if (reader.peek() !== character) {
      throw new SafetensorsError(`The header's "${METADATA_KEY}" must map names to text: the file is damaged.`);
    }
  };
  expectStart('{');
  return reader.object(() => {
    expectStart('"');
    return reader.string();
  });
}

function readEntry(name: string, reader: JsonReader): Entry {
  if (reader.peek() !== '{') throw entryError(name, reader.value().text);
  const texts: string[] = [];
  const fields = reader.object((field) => {
    const { value, text } = reader.value();
    texts.push(`${JSON.stringify(field.slice(0, 20))}:${text.slice(0, 80)}`);
    return value;
  });
  const [dtype, shape, range] = ['dtype', 'shape', 'data_offsets'].map((field) => fields.get(field));
  if (typeof dtype !== 'string' || !isShape(shape) || !isShape(range) || range.length !== 2) {
    throw entryError(name, `{${texts.slice(0, 10).join(',')}}`);
  }
  const [begin, end] = range as [number, number];
  const expected = bytesOf(dtype, elementCount(shape)) ?? Math.max(end - begin, 0);
  if (end - begin !== expected) {
    throw new SafetensorsError(
      `Tensor ${quote(name)} of dtype ${excerpt(dtype)} and shape ${describe(shape)} takes ${expected} bytes, but its data_offsets [${begin}, ${end}] span ${end - begin}: the file is damaged.`,
    );
  }
  return { name, dtype, shape: shape as number[], begin, end };
}

function entryError(name: string, text: string): SafetensorsError {
  return new SafetensorsError(
    `Tensor ${quote(name)} must have a dtype, a shape and two data_offsets, of integers of 0 or more (at most ${MAX_DIMENSIONS}); its entry is ${excerpt(text)}: the file is damaged.`,
  );
}

/** The ranges must tile the data exactly: no overlap, no gap, nothing left over. */
function checkRanges(entries: readonly Entry[], dataBytes: number): void {
  let covered = 0;
  // An empty tensor comes before the one whose data start at the same place.
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (end > dataBytes) {
      throw new SafetensorsError(
        `Tensor ${quote(name)} ends at byte ${end} of the data, and the file has ${dataBytes}: it is cut short.`,
      );
    }
    if (begin !== covered) {
      throw new SafetensorsError(
        `Tensor ${quote(name)} starts at byte ${begin} of the data, but the tensors before it end at ${covered}: ${begin < covered ? 'they overlap' : 'there is a gap'}, so the file is damaged.`,
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
  const array = arrayOf(dtype);
  const size = array.BYTES_PER_ELEMENT;
  let view = bytes.subarray(dataStart + begin, dataStart + end);
  if (view.byteOffset % size !== 0 || !hostIsLittleEndian) view = new Uint8Array(view);
  if (!hostIsLittleEndian) swapBytes(view, size);
  const data = new array(view.buffer, view.byteOffset, view.length / size);
  return isPlain(dtype) ? { shape, data } : { shape, data, dtype };
}
