const hostIsLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Returns the bytes of numbers, the least significant one of each first: a view, where the machine has them so. */
export function littleEndianBytes({
  buffer,
  byteOffset,
  byteLength,
  BYTES_PER_ELEMENT,
}: ArrayBufferView & { readonly BYTES_PER_ELEMENT: number }): Uint8Array {
  const bytes = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
  return hostIsLittleEndian ? bytes : swapped(bytes, BYTES_PER_ELEMENT);
}

/** Returns a copy with the bytes of every number in reverse. */
export function swapped(bytes: Uint8Array, bytesPerNumber: number): Uint8Array {
  const copy = bytes.slice();
  for (let at = 0; at < copy.length; at += bytesPerNumber) copy.subarray(at, at + bytesPerNumber).reverse();
  return copy;
}
