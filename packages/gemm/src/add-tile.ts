/**
 * Adds the product of a packed 4-row panel of A and a packed 4-column panel of B to a 4 x 4 tile of `sums`: for every k,
 * the column a[0..3] times the row b[0..3], with the tile in registers. `kernel/add-tile.wat` does the same, bit for bit.
 *
 * @param depth number of k.
 * @param pa start of the panel of A in `a`.
 * @param pb start of the panel of B in `b`.
 * @param s index of the tile's first element in `sums`.
 * @param width distance of two rows of `sums`.
 */
export function addTile(
  depth: number,
  a: Float64Array,
  pa: number,
  b: Float64Array,
  pb: number,
  sums: Float64Array,
  s: number,
  width: number,
): void {
  let c00 = 0;
  let c01 = 0;
  let c02 = 0;
  let c03 = 0;
  let c10 = 0;
  let c11 = 0;
  let c12 = 0;
  let c13 = 0;
  let c20 = 0;
  let c21 = 0;
  let c22 = 0;
  let c23 = 0;
  let c30 = 0;
  let c31 = 0;
  let c32 = 0;
  let c33 = 0;
  const end = pa + 4 * depth;
  for (; pa < end; pa += 4, pb += 4) {
    const b0 = b[pb];
    const b1 = b[pb + 1];
    const b2 = b[pb + 2];
    const b3 = b[pb + 3];
    const a0 = a[pa];
    c00 += a0 * b0;
    c01 += a0 * b1;
    c02 += a0 * b2;
    c03 += a0 * b3;
    const a1 = a[pa + 1];
    c10 += a1 * b0;
    c11 += a1 * b1;
    c12 += a1 * b2;
    c13 += a1 * b3;
    const a2 = a[pa + 2];
    c20 += a2 * b0;
    c21 += a2 * b1;
    c22 += a2 * b2;
    c23 += a2 * b3;
    const a3 = a[pa + 3];
    c30 += a3 * b0;
    c31 += a3 * b1;
    c32 += a3 * b2;
    c33 += a3 * b3;
  }
  sums[s] += c00;
  sums[s + 1] += c01;
  sums[s + 2] += c02;
  sums[s + 3] += c03;
  s += width;
  sums[s] += c10;
  sums[s + 1] += c11;
  sums[s + 2] += c12;
  sums[s + 3] += c13;
  s += width;
  sums[s] += c20;
  sums[s + 1] += c21;
  sums[s + 2] += c22;
  sums[s + 3] += c23;
  s += width;
  sums[s] += c30;
  sums[s + 1] += c31;
  sums[s + 2] += c32;
  sums[s + 3] += c33;
}
