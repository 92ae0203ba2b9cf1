import { extent, type Matrix } from './matrix.js';

/** Returns whether two elements of the matrix lie in the same place of memory, so that it cannot be written to. */
export function overlapsItself({ rows, columns, rowStride, columnStride }: Matrix): boolean {
  if (rows === 0 || columns === 0) return false;
  if (rows > 1 && rowStride === 0) return true;
  if (columns > 1 && columnStride === 0) return true;
  if (rows === 1 || columns === 1) return false;
  // Rows that are `down` apart meet columns that are `across` apart, for the smallest such pair.
  const divisor = greatestCommonDivisor(Math.abs(rowStride), Math.abs(columnStride));
  const down = Math.abs(columnStride) / divisor;
  const across = Math.abs(rowStride) / divisor;
  return down < rows && across < columns;
}

/**
 * Returns whether any byte belongs to an element of both. Views that interleave without touching do not share memory.
 */
export function shareMemory(a: Matrix, b: Matrix): boolean {
  if (a.data.buffer !== b.data.buffer) return false;
  const [firstA, lastA] = byteExtent(a);
  const [firstB, lastB] = byteExtent(b);
  const first = Math.max(firstA, firstB);
  const last = Math.min(lastA, lastB);
  if (first > last) return false;
  // Rare: the two lie in the same stretch of one buffer. All offsets and sizes are multiples of 4 bytes.
  const taken = new Uint8Array((last - first) / 4 + 1);
  forEachWord(a, (byte) => {
    if (byte >= first && byte <= last) taken[(byte - first) / 4] = 1;
  });
  let shared = false;
  forEachWord(b, (byte) => {
    if (byte >= first && byte <= last && taken[(byte - first) / 4] === 1) shared = true;
  });
  return shared;
}

/** Returns the byte positions of the first and the last 4-byte word that the matrix uses. */
function byteExtent(matrix: Matrix): [first: number, last: number] {
  const { BYTES_PER_ELEMENT: size, byteOffset } = matrix.data;
  const [first, last] = extent(matrix);
  return [byteOffset + first * size, byteOffset + (last + 1) * size - 4];
}

function forEachWord({ data, rows, columns, rowStride, columnStride, offset }: Matrix, visit: (byte: number) => void) {
  const { BYTES_PER_ELEMENT: size, byteOffset } = data;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const byte = byteOffset + (offset + i * rowStride + j * columnStride) * size;
      for (let word = 0; word < size; word += 4) visit(byte + word);
    }
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
