import { hostIsLittleEndian, swapBytes } from './byte-order.js';
import { arrayOf, bytesOf, dtypeOf, supportedDtypes } from './dtype.js';
import { SafetensorsError } from './error.js';
import { describe, excerpt, kindOf, quote } from './excerpt.js';
import { ALIGNMENT, MAX_HEADER_BYTES, METADATA_KEY, PREFIX_BYTES } from './format.js';
import { elementCount, isShape, MAX_DIMENSIONS, type Tensor } from './tensor.js';

/** The longest name of a dtype that is written. */
const MAX_DTYPE_CHARACTERS = 64;

interface Entry {
  name: string;
  tensor: Tensor;
  dtype: string;
}

/**
 * Writes tensors as the bytes of a `.safetensors` file.
 *
 * The same input gives the same bytes: the header lists the tensors in the order given, and their data lie
 * contiguously, larger element types first (otherwise in the order given). The header is padded with spaces to a
 * multiple of 8 bytes, so that every tensor starts at a multiple of its element size and can be read without a copy.
 *
 * @param tensors name -> tensor, an object or a Map; an object has names that are integers ("0", "11") first. A name is
 *   any well-formed string except `__metadata__`.
 * @param metadata free text by name, an object or a Map, kept in the header.
 * @returns a new array over its own buffer.
 * @throws SafetensorsError for an unsupported array, a `dtype` or a shape that does not fit the data, a reserved or
 *   ill-formed name, metadata that is not a text, or a header of more than 100,000,000 bytes.
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, Tensor>> | ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> | ReadonlyMap<string, string> = {},
): Uint8Array {
  const texts = checkMetadata(entriesOf(metadata, 'The metadata'));
  const entries = entriesOf(tensors, 'The tensors').map(([name, tensor]) => checkTensor(name, tensor));
  const { offsets, end } = layOut(entries);
  const json = encodeHeader(texts, entries, offsets);
  const headerBytes = align(json.length);

  const bytes = allocate(PREFIX_BYTES + headerBytes + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.set(json, PREFIX_BYTES);
  bytes.fill(0x20, PREFIX_BYTES + json.length, PREFIX_BYTES + headerBytes);
  for (const { name, tensor } of entries) {
    const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT } = tensor.data;
    const begin = PREFIX_BYTES + headerBytes + offsets.get(name)!;
    const target = bytes.subarray(begin, begin + byteLength);
    target.set(new Uint8Array(buffer, byteOffset, byteLength));
    if (!hostIsLittleEndian) swapBytes(target, BYTES_PER_ELEMENT);
  }
  return bytes;
}

function entriesOf<T>(given: Readonly<Record<string, T>> | ReadonlyMap<string, T>, what: string): [string, T][] {
  if (given instanceof Map) {
    for (const name of given.keys()) {
      if (typeof name !== 'string') {
        throw new SafetensorsError(`${what} have a name ${describe(name)}: names are texts.`);
      }
    }
    return [...given];
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new SafetensorsError(`${what} must be an object or a Map of names; got ${describe(given)}.`);
  }
  return Object.entries(given);
}

/** Returns where each tensor's data start, and where the last end. */
function layOut(entries: readonly Entry[]): { offsets: Map<string, number>; end: number } {
  const offsets = new Map<string, number>();
  let end = 0;
  const sized = entries.map((entry) => ({ ...entry, size: elementBytes(entry) }));
  for (const { name, tensor } of sized.sort((a, b) => b.size - a.size)) {
    offsets.set(name, end);
    end += tensor.data.byteLength;
  }
  return { offsets, end };
}

/** Returns the bytes of one element, 1 for less: tensors of larger ones come first. */
function elementBytes({ tensor: { shape, data }, dtype }: Entry): number {
  const bytes = bytesOf(dtype, 1) ?? data.byteLength / elementCount(shape);
  return [16, 8, 4, 2].find((size) => size === bytes) ?? 1;
}

function encodeHeader(
  metadata: readonly [string, string][],
  entries: readonly Entry[],
  offsets: ReadonlyMap<string, number>,
): Uint8Array {
  // Member by member: an object would move names that are integers to its start.
  const members = new Members();
  if (metadata.length > 0) {
    const texts = new Members();
    for (const [key, value] of metadata) texts.add(key, toJson(value));
    members.add(METADATA_KEY, texts.toString());
  }
  for (const { name, tensor, dtype } of entries) {
    const begin = offsets.get(name)!;
    const info = { dtype, shape: [...tensor.shape], data_offsets: [begin, begin + tensor.data.byteLength] };
    members.add(name, JSON.stringify(info));
  }
  const text = members.toString();
  const length = align(utf8Length(text));
  if (length > MAX_HEADER_BYTES) throw headerTooLarge(`${length}`);
  return new TextEncoder().encode(text);
}

/** The members of a JSON object, refused as soon as they are more than fits into a header. */
class Members {
  readonly #members: string[] = [];
  #length = 2;

  add(name: string, value: string): void {
    const member = `${toJson(name)}:${value}`;
    this.#length += member.length + 1;
    // Far below what a string can hold; the exact number of bytes is checked at the end.
    if (this.#length > 3 * MAX_HEADER_BYTES) throw headerTooLarge(`more than ${MAX_HEADER_BYTES}`);
    this.#members.push(member);
  }

  toString(): string {
    return `{${this.#members.join(',')}}`;
  }
}

/** Returns a text as JSON, unless it is longer than any header. */
function toJson(text: string): string {
  // An escape takes 6 characters for one, and twice the limit of a header still fits into a string.
  if (text.length > MAX_HEADER_BYTES / 3 && utf8Length(text) > MAX_HEADER_BYTES) {
    throw headerTooLarge(`${align(utf8Length(text))}`);
  }
  try {
    return JSON.stringify(text);
  } catch {
    throw headerTooLarge(`more than ${MAX_HEADER_BYTES}`);
  }
}

function headerTooLarge(bytes: string): SafetensorsError {
  return new SafetensorsError(
    `The header would take ${bytes} bytes, and the format allows ${MAX_HEADER_BYTES}: write fewer tensors per file, or less metadata.`,
  );
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** Returns the bytes of a well-formed text in UTF-8. */
function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // A surrogate pair has 4 bytes for its two units.
    if (unit >= 0x80) bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}

function allocate(bytes: number): Uint8Array {
  try {
    return new Uint8Array(bytes);
  } catch (cause) {
    throw new SafetensorsError(
      `The file would take ${bytes} bytes, and there is no memory for them: write the tensors to several files.`,
      { cause },
    );
  }
}

function checkMetadata(entries: [string, string][]): [string, string][] {
  for (const [key, value] of entries) {
    if (typeof value !== 'string') {
      throw new SafetensorsError(
        `Metadata ${quote(key)} is ${value === null ? 'null' : `a ${typeof value}`}, and the format keeps text only: convert it to a string.`,
      );
    }
    if (isIllFormed(key) || isIllFormed(value)) {
      throw new SafetensorsError(
        `Metadata ${quote(key)} holds half of a surrogate pair, which UTF-8 cannot hold: remove it.`,
      );
    }
  }
  return entries;
}

/** Checks one tensor and finds its dtype. */
function checkTensor(name: string, tensor: Tensor): Entry {
  const quoted = quote(name);
  if (name === METADATA_KEY) {
    throw new SafetensorsError(`A tensor is named "${METADATA_KEY}", which the format reserves: choose another name.`);
  }
  if (isIllFormed(name)) {
    throw new SafetensorsError(
      `The tensor name ${quoted} holds half of a surrogate pair, which UTF-8 cannot hold: choose another name.`,
    );
  }
  if (dtypeOf(tensor?.data) === undefined) {
    throw new SafetensorsError(
      `Tensor ${quoted} has data of type ${kindOf(tensor?.data)}: give a typed array of one of ${supportedDtypes()}.`,
    );
  }
  if ('stride' in tensor) {
    // Its dtype is not the format's name of one, and its elements may lie in another order.
    throw new SafetensorsError(
      `Tensor ${quoted} is an ndarray: give { shape, data } with its elements in row-major order.`,
    );
  }
  const dtype = checkDtype(quoted, tensor);
  const { shape, data } = tensor;
  if (!isShape(shape)) {
    throw new SafetensorsError(
      `Tensor ${quoted} has the shape ${describe(shape)}: give an array of integers of 0 or more, at most ${MAX_DIMENSIONS}.`,
    );
  }
  const count = elementCount(shape);
  const bytes = bytesOf(dtype, count);
  if (bytes !== undefined && bytes !== data.byteLength) {
    const perElement = bytesOf(dtype, 1)! / data.BYTES_PER_ELEMENT;
    throw new SafetensorsError(
      perElement === 1
        ? `Tensor ${quoted} has ${data.length} elements, but its shape ${describe(shape)} needs ${count}: make them agree.`
        : `Tensor ${quoted} of dtype ${dtype} has ${data.byteLength} bytes, but its shape ${describe(shape)} needs ${bytes}: make them agree.`,
    );
  }
  return { name, tensor, dtype };
}

function checkDtype(quoted: string, { dtype, data }: Tensor): string {
  const own = dtypeOf(data)!;
  if (dtype === undefined) return own;
  if (typeof dtype !== 'string' || dtype.length > MAX_DTYPE_CHARACTERS || isIllFormed(dtype)) {
    throw new SafetensorsError(
      `Tensor ${quoted} has the dtype ${describe(dtype)}: give the format's name of it, of at most ${MAX_DTYPE_CHARACTERS} characters.`,
    );
  }
  const needed = arrayOf(dtype).name;
  if (needed !== kindOf(data)) {
    throw new SafetensorsError(
      `Tensor ${quoted} of dtype ${excerpt(dtype)} needs its data in a ${needed}, and they are in a ${kindOf(data)}: convert them, or leave dtype out for ${own}.`,
    );
  }
  return dtype;
}

function isIllFormed(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}
