/**
 * 3x3 convolutions of whole images with a border of one zero. Along an axis of n pixels such a convolution is the product
 * with a tridiagonal Toeplitz matrix,
 *
 *   y_j = g_0 x_{j-1} + g_1 x_j + g_2 x_{j+1},   x_{-1} = x_n = 0,
 *
 * As the zeros are known, y = A^T ((G g) * (A J x)) with few multiplications, where J reverses the order of x: A has 3, 4
 * or 10 rows for 2, 3 or 7 pixels. Winograd's F(n, 3) would take 4 or 5, and two tiles of F(4, 3) 12. Errors are like those
 * of F(2, 3). They are near those that a search for the least amplification of rounding found, and have closed forms.
 */

/** Pixels per axis of the images that have such transforms. */
export const WHOLE_SIZES = [2, 3, 7] as const;
export type WholeSize = (typeof WHOLE_SIZES)[number];

type Matrix = readonly (readonly number[])[];

/** Rows in pairs that differ in the signs of the other columns: of A the odd ones, of G the even ones. */
const alternating = (rows: Matrix, parity: number): number[][] =>
  rows.flatMap((row) => [[...row], row.map((value, column) => (column % 2 === parity ? -value : value))]);

const R2 = Math.SQRT2;
const R97 = Math.sqrt(97);
/** Of the first two pairs for 7 pixels; `odd` are the roots of 8 c^2 + c - 3. */
const odd = [-(1 + R97) / 16, (R97 - 1) / 16] as const;
const outer = [-Math.sqrt((231 + 23 * R97) / 512), -Math.sqrt((231 - 23 * R97) / 512)] as const;
const inner = [Math.sqrt((15 - R97) / 32), -Math.sqrt((15 + R97) / 32)] as const;
const sides = [-(1 + odd[1]) / (R97 * outer[0]), (1 + odd[0]) / (R97 * outer[1])] as const;
const middle = [(1 + 13 * odd[1]) / (2 * R97), -(1 + 13 * odd[0]) / (2 * R97)] as const;

/** A, [points, n] with 3, 4 or 10 points. */
export const WHOLE_A: Record<WholeSize, Matrix> = {
  2: [
    [1, 3],
    [3, 1],
    [1, -1],
  ],
  3: alternating(
    [
      [1 / Math.sqrt(3), 1, 1 / Math.sqrt(3)],
      [1, 1, -1],
    ],
    1,
  ),
  7: alternating(
    [
      ...[0, 1].map((k) => [outer[k]!, odd[k]!, inner[k]!, 1, inner[k]!, odd[k]!, outer[k]!]),
      [R2, -1, -R2, 1, R2, -1, -R2],
      [0, 1, R2, 1, 0, -1, -R2],
      [-R2, -1, 0, 1, R2, 1, 0],
    ],
    1,
  ),
};

/** G, [points, 3]. */
export const WHOLE_G: Record<WholeSize, Matrix> = {
  2: [
    [3 / 32, 1 / 16, -1 / 32],
    [-1 / 32, 1 / 16, 3 / 32],
    [3 / 16, -5 / 8, 3 / 16],
  ],
  3: alternating(
    [
      [Math.sqrt(3) / 4, 3 / 4, Math.sqrt(3) / 4],
      [-1 / 4, -1 / 4, 1 / 4],
    ],
    0,
  ),
  7: alternating(
    [
      ...[0, 1].map((k) => [sides[k]!, middle[k]!, sides[k]!]),
      [R2 / 16, -1 / 16, -R2 / 16],
      [-R2 / 8, -1 / 8, 0],
      [0, -1 / 8, -R2 / 8],
    ],
    0,
  ),
};
