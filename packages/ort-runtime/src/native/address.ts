import type { Koffi } from './koffi.js';

/** Where a buffer's memory begins. It never moves: V8 moves objects, not the memory that an ArrayBuffer owns. */
const baseAddresses = new WeakMap<ArrayBufferLike, number>();

/**
 * The address of the first byte of a view. Asking for `view.buffer` also makes V8 give a small typed array, which it
 * keeps inside the object at first, memory of its own.
 */
export function addressOf(koffi: Koffi, view: ArrayBufferView): number {
  const { buffer } = view;
  let base = baseAddresses.get(buffer);
  if (base === undefined) {
    base = Number(koffi.address(new Uint8Array(buffer, 0, Math.min(1, buffer.byteLength))));
    baseAddresses.set(buffer, base);
  }
  return base + view.byteOffset;
}
