/** Whether this machine keeps numbers with the least significant byte first, as the format does. */
export const hostIsLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Reverses the bytes of every element in place: little-endian to big-endian and back. */
export function swapBytes(bytes: Uint8Array, bytesPerElement: number): void {
  for (let at = 0; at < bytes.length; at += bytesPerElement) bytes.subarray(at, at + bytesPerElement).reverse();
}
