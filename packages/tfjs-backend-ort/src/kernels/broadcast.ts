/** Shapes of two operands and their result, all of one rank, that broadcast as the original shapes do. */
export interface Broadcast {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly out: readonly number[];
}

/**
 * Returns the same broadcast with as few axes as possible: [32, 8, 8, 64] with [64] is [2048, 64] with [1, 64]. The
 * shapes must be compatible.
 */
export function collapseBroadcast(aShape: readonly number[], bShape: readonly number[]): Broadcast {
  const rank = Math.max(aShape.length, bShape.length);
  const a: number[] = [];
  const b: number[] = [];
  const out: number[] = [];
  let lastPattern = '';
  for (let axis = 0; axis < rank; axis++) {
    const sizeOfA = aShape[axis - rank + aShape.length] ?? 1;
    const sizeOfB = bShape[axis - rank + bShape.length] ?? 1;
    if (sizeOfA === 1 && sizeOfB === 1) continue;
    const pattern = sizeOfA === sizeOfB ? 'both' : sizeOfB === 1 ? 'a' : 'b';
    if (pattern !== lastPattern) {
      a.push(1);
      b.push(1);
      out.push(1);
      lastPattern = pattern;
    }
    const last = out.length - 1;
    a[last]! *= sizeOfA;
    b[last]! *= sizeOfB;
    out[last]! *= sizeOfA === 1 ? sizeOfB : sizeOfA;
  }
  return out.length > 0 ? { a, b, out } : { a: [1], b: [1], out: [1] };
}
