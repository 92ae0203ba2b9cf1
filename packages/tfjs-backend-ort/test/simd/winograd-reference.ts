import { WHOLE_A, WHOLE_G, type WholeSize } from '../../src/simd/whole-image.js';
import type { WinogradGeometry, WinogradTile } from '../../src/simd/winograd-geometry.js';

type Matrix = number[][];

const transpose = (a: Matrix): Matrix => a[0]!.map((_, j) => a.map((row) => row[j]!));

/** Those of a whole image: B^T is A with its columns in reverse order. */
const ofWholeImages = (size: WholeSize) => {
  const A = WHOLE_A[size].map((row) => [...row]);
  return { BT: A.map((row) => row.toReversed()), G: WHOLE_G[size].map((row) => [...row]), AT: transpose(A) };
};

/** Those of Toom and Cook for points and infinity, from their definition: powers and Lagrange's polynomials. */
const ofPoints = (points: number[]) => {
  const powers = (p: number, count: number) => Array.from({ length: count }, (_, i) => p ** i);
  /** Coefficients of the product of x - p. */
  const polynomial = (roots: number[]) => {
    const coefficients = [1];
    for (const root of roots) {
      coefficients.push(0);
      for (let i = coefficients.length - 1; i >= 0; i--) {
        coefficients[i] = (i > 0 ? coefficients[i - 1]! : 0) - root * coefficients[i]!;
      }
    }
    return coefficients;
  };
  const others = points.map((p) => points.filter((q) => q !== p));
  const atOwn = points.map((p, i) => others[i]!.reduce((product, q) => product * (p - q), 1));
  const outputs = points.length - 1;
  return {
    BT: [...others.map((roots) => [...polynomial(roots), 0]), polynomial(points)],
    G: [...points.map((p, i) => powers(p, 3).map((power) => power / atOwn[i]!)), [0, 0, 1]],
    AT: transpose([...points.map((p) => powers(p, outputs)), powers(0, outputs).toReversed()]),
  };
};

/** B^T, G and A^T of Lavin and Gray (2015), sections 4.1 and 4.2; and of whole images, whose identity has its own test. */
const MATRICES: Record<WinogradTile, { BT: Matrix; G: Matrix; AT: Matrix }> = {
  2: {
    BT: [
      [1, 0, -1, 0],
      [0, 1, 1, 0],
      [0, -1, 1, 0],
      [0, 1, 0, -1],
    ],
    G: [
      [1, 0, 0],
      [0.5, 0.5, 0.5],
      [0.5, -0.5, 0.5],
      [0, 0, 1],
    ],
    AT: [
      [1, 1, 1, 0],
      [0, 1, -1, -1],
    ],
  },
  4: {
    BT: [
      [4, 0, -5, 0, 1, 0],
      [0, -4, -4, 1, 1, 0],
      [0, 4, -4, -1, 1, 0],
      [0, -2, -1, 2, 1, 0],
      [0, 2, -1, -2, 1, 0],
      [0, 4, 0, -5, 0, 1],
    ],
    G: [
      [1 / 4, 0, 0],
      [-1 / 6, -1 / 6, -1 / 6],
      [-1 / 6, 1 / 6, -1 / 6],
      [1 / 24, 1 / 12, 1 / 6],
      [1 / 24, -1 / 12, 1 / 6],
      [0, 0, 1],
    ],
    AT: [
      [1, 1, 1, 1, 1, 0],
      [0, 1, -1, 2, -2, 0],
      [0, 1, 1, 4, 4, 0],
      [0, 1, -1, 8, -8, 1],
    ],
  },
  5: ofPoints([1 / 4, -1 / 4, 7 / 8, -7 / 8, 7 / 4, -7 / 4]),
  'whole 2': ofWholeImages(2),
  'whole 3': ofWholeImages(3),
  'whole 7': ofWholeImages(7),
};

/** T X T^T. */
const sandwich = (t: Matrix, x: Matrix): Matrix => {
  const product = (a: Matrix, b: Matrix) =>
    a.map((row) => b[0]!.map((_, j) => row.reduce((s, v, k) => s + v * b[k]![j]!, 0)));
  return product(product(t, x), transpose(t));
};

const square = (size: number, value: (i: number, j: number) => number): Matrix =>
  Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => value(i, j)));

/** Computes one of the transforms by its definition, in float64, of every tile of `images` images. */
export function referenceTransform(
  transform: 'input' | 'inputAdjoint' | 'output' | 'outputAdjoint',
  g: WinogradGeometry,
  from: ArrayLike<number>,
  images: number,
  channels: number,
  planeSize: number,
): Float64Array {
  const { BT, AT } = MATRICES[g.tile];
  const t = BT.length;
  const onInput = transform === 'input' || transform === 'inputAdjoint';
  const toPlanes = transform === 'input' || transform === 'outputAdjoint';
  const [height, width] = onInput ? [g.height, g.width] : [g.outHeight, g.outWidth];
  const [padTop, padLeft] = onInput && !g.whole ? [g.padTop, g.padLeft] : [0, 0];
  const matrix = { input: BT, inputAdjoint: transpose(BT), output: AT, outputAdjoint: transpose(AT) }[transform];
  const result = new Float64Array(toPlanes ? g.planes * planeSize : images * height * width * channels);
  for (let n = 0; n < images; n++) {
    for (let ty = 0; ty < g.tilesY; ty++) {
      for (let tx = 0; tx < g.tilesX; tx++) {
        for (let c = 0; c < channels; c++) {
          const pixel = (i: number, j: number) => {
            const row = ty * g.outputs - padTop + i;
            const column = tx * g.outputs - padLeft + j;
            const inside = row >= 0 && row < height && column >= 0 && column < width;
            return inside ? ((n * height + row) * width + column) * channels + c : -1;
          };
          const plane = (i: number, j: number) =>
            (i * t + j) * planeSize + ((n * g.tilesY + ty) * g.tilesX + tx) * channels + c;
          const [source, target, size] = toPlanes ? [pixel, plane, matrix[0]!.length] : [plane, pixel, t];
          const transformed = sandwich(
            matrix,
            square(size, (i, j) => (source(i, j) < 0 ? 0 : from[source(i, j)]!)),
          );
          for (const [i, row] of transformed.entries()) {
            for (const [j, value] of row.entries()) if (target(i, j) >= 0) result[target(i, j)]! += value;
          }
        }
      }
    }
  }
  return result;
}

/**
 * Computes G g G^T ('weights') or G^T u G ('weightsAdjoint') by definition, in float64, of `size` filters side by side.
 */
export function referenceWeights(
  transform: 'weights' | 'weightsAdjoint',
  tile: WinogradTile,
  from: ArrayLike<number>,
  size: number,
): Float64Array {
  const { G } = MATRICES[tile];
  const matrix = transform === 'weights' ? G : transpose(G);
  const source = matrix[0]!.length;
  const result = new Float64Array(matrix.length ** 2 * size);
  for (let k = 0; k < size; k++) {
    const transformed = sandwich(
      matrix,
      square(source, (i, j) => from[(i * source + j) * size + k]!),
    ).flat();
    for (const [i, value] of transformed.entries()) result[i * size + k] = value;
  }
  return result;
}
