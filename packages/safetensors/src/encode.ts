import { hostIsLittleEndian, swapBytes } from './byte-order.js';
import { dtypeOf, supportedDtypes } from './dtype.js';
import { SafetensorsError } from './error.js';
import { ALIGNMENT, MAX_HEADER_BYTES, METADATA_KEY, PREFIX_BYTES } from './format.js';
import { elementCount, isSize, type Tensor } from './tensor.js';

/**
 * Writes tensors as the bytes of a `.safetensors` file.
 *
 * The same input gives the same bytes: the header lists the tensors in the order given, and their data lie
 * contiguously, larger element types first (otherwise in the order given). The header is padded with spaces to a
 * multiple of 8 bytes, so that every tensor starts at a multiple of its element size and can be read without a copy.
 *
 * @param tensors name -> tensor. A name is any well-formed string except `__metadata__`.
 * @param metadata free text by name, kept in the header.
 * @returns a new array over a buffer of its own.
 * @throws SafetensorsError for an unsupported array, a shape that does not fit its data, a reserved or ill-formed name,
 *   metadata that is no text, or a header of more than 100,000,000 bytes.
 */
export function encodeSafetensors(tensors: Record<string, Tensor>, metadata: Record<string, string> = {}): Uint8Array {
  const header: Record<string, unknown> = {};
  const define = (key: string, value: unknown) =>
    // Plain assignment would call the setter of a tensor named `__proto__`.
    Object.defineProperty(header, key, { value, enumerable: true, configurable: true, writable: true });

  const text = checkMetadata(metadata);
  if (text.length > 0) define(METADATA_KEY, Object.fromEntries(text));

  const entries = Object.entries(tensors).map(([name, tensor]) => ({ name, tensor, dtype: checkTensor(name, tensor) }));
  const offsets = new Map<string, number>();
  let end = 0;
  const bySize = entries.toSorted((a, b) => b.tensor.data.BYTES_PER_ELEMENT - a.tensor.data.BYTES_PER_ELEMENT);
  for (const { name, tensor } of bySize) {
    offsets.set(name, end);
    end += tensor.data.byteLength;
  }
  for (const { name, tensor, dtype } of entries) {
    const begin = offsets.get(name)!;
    define(name, { dtype, shape: [...tensor.shape], data_offsets: [begin, begin + tensor.data.byteLength] });
  }

  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  if (headerBytes > MAX_HEADER_BYTES) {
    throw new SafetensorsError(
      `The header would take ${headerBytes} bytes, and the format allows ${MAX_HEADER_BYTES}: write fewer tensors per file, or less metadata.`,
    );
  }

  const bytes = new Uint8Array(PREFIX_BYTES + headerBytes + end);
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

function checkMetadata(metadata: Record<string, string>): [string, string][] {
  const entries = Object.entries(metadata);
  for (const [key, value] of entries) {
    if (typeof value !== 'string') {
      throw new SafetensorsError(
        `Metadata ${JSON.stringify(key)} is ${value === null ? 'null' : `a ${typeof value}`}, and the format keeps text only: convert it to a string.`,
      );
    }
    if (isIllFormed(key) || isIllFormed(value)) {
      throw new SafetensorsError(
        `Metadata ${JSON.stringify(key)} holds half of a surrogate pair, which UTF-8 cannot hold: remove it.`,
      );
    }
  }
  return entries;
}

/** Checks one tensor and returns its dtype. */
function checkTensor(name: string, tensor: Tensor): string {
  const quoted = JSON.stringify(name);
  if (name === METADATA_KEY) {
    throw new SafetensorsError(`A tensor is named "${METADATA_KEY}", which the format reserves: choose another name.`);
  }
  if (isIllFormed(name)) {
    throw new SafetensorsError(
      `The tensor name ${quoted} holds half of a surrogate pair, which UTF-8 cannot hold: choose another name.`,
    );
  }
  const dtype = dtypeOf(tensor?.data);
  if (dtype === undefined) {
    throw new SafetensorsError(
      `Tensor ${quoted} has data of type ${Object.prototype.toString.call(tensor?.data).slice(8, -1)}: give a typed array of one of ${supportedDtypes()}.`,
    );
  }
  const { shape, data } = tensor;
  if (!Array.isArray(shape) || !shape.every(isSize)) {
    throw new SafetensorsError(
      `Tensor ${quoted} has the shape ${JSON.stringify(shape)}: give an array of integers of 0 or more.`,
    );
  }
  if (elementCount(shape) !== data.length) {
    throw new SafetensorsError(
      `Tensor ${quoted} has ${data.length} elements, but its shape [${shape.join(', ')}] needs ${elementCount(shape)}: make them agree.`,
    );
  }
  return dtype;
}

function isIllFormed(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}
