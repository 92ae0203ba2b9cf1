import { WHOLE_G, WHOLE_SIZES, type WholeSize } from './whole-image.js';

/** Outputs per tile and axis, F(2x2, 3x3), F(4x4, 3x3) or F(5x5, 3x3); or whole images of so many pixels, see whole-image.ts. */
export type WinogradTile = 2 | 4 | 5 | `whole ${WholeSize}`;

/** How one 3x3 convolution with stride 1 is cut into tiles. */
export interface WinogradGeometry {
  tile: WinogradTile;
  /** Outputs of a tile, per axis. */
  outputs: number;
  /** An image is one tile, whose border of zeros is part of the transforms. */
  whole: boolean;
  /** The input image, in pixels. */
  height: number;
  width: number;
  padTop: number;
  padLeft: number;
  /** The output image, in pixels. */
  outHeight: number;
  outWidth: number;
  /** Tiles per image: rows and columns. The last ones may reach beyond the output. */
  tilesY: number;
  tilesX: number;
  /** Planes of a transformed tensor: 16, 36 or 49, and 9, 16 or 100 of whole images. */
  planes: number;
}

/** An image, in pixels, and the zeros around it. */
interface PaddedImage {
  height: number;
  width: number;
  padTop?: number;
  padBottom?: number;
  padLeft?: number;
  padRight?: number;
}

/** Returns the tile that is a whole image with one zero around it; undefined where there is none of its size. */
export function wholeImageTile(image: PaddedImage): WinogradTile | undefined {
  const { height, width, padTop, padBottom, padLeft, padRight } = image;
  const size = WHOLE_SIZES.find((size) => size === height && size === width);
  const isBordered = [padTop, padBottom, padLeft, padRight].every((padding) => padding === 1);
  return size && isBordered ? `whole ${size}` : undefined;
}

/**
 * Cuts the outputs of a 3x3 convolution with stride 1 into tiles.
 *
 * @param tile 2 for F(2x2, 3x3), with errors like a direct convolution's; 4 or 5 for F(4x4, 3x3) or F(5x5, 3x3), ten times
 *   those and fewer multiplications (2.25 or 1.96 per output instead of 4); or what `wholeImageTile` returns for the image, with errors like
 *   those of 2.
 * @param image the input's height and width in pixels, at least 1, and the zeros around it, at least 0 (default 0).
 * @throws RangeError if the output would be empty, or a tile of whole images is not this one's.
 */
export function winogradGeometry(tile: WinogradTile, image: PaddedImage): WinogradGeometry {
  const { height, width, padTop = 0, padBottom = 0, padLeft = 0, padRight = 0 } = image;
  const outHeight = height + padTop + padBottom - 2;
  const outWidth = width + padLeft + padRight - 2;
  if (outHeight < 1 || outWidth < 1) {
    throw new RangeError(
      `[winograd] a ${height} x ${width} image with padding ${padTop}, ${padBottom}, ${padLeft}, ${padRight} (top, ` +
        'bottom, left, right) is smaller than the 3x3 filter: pad it, or use a smaller filter',
    );
  }
  const whole = typeof tile === 'string';
  if (whole && tile !== wholeImageTile(image)) {
    throw new RangeError(
      `[winograd] a ${height} x ${width} image with padding ${padTop}, ${padBottom}, ${padLeft}, ${padRight} (top, ` +
        `bottom, left, right) is not one of the tile "${tile}": take the tile that wholeImageTile returns for it, 2, 4 or 5`,
    );
  }
  const outputs = whole ? height : tile;
  const tilesY = Math.ceil(outHeight / outputs);
  const tilesX = Math.ceil(outWidth / outputs);
  const planes = G[tile].length ** 2;
  return { tile, outputs, whole, height, width, padTop, padLeft, outHeight, outWidth, tilesY, tilesX, planes };
}

/** Two rows of G by Toom and Cook for the points p and -p, where +-q and +-r are the others: powers, divided by products. */
function pairOfPoints(p: number, q: number, r: number): number[][] {
  const product = 2 * p * (p ** 2 - q ** 2) * (p ** 2 - r ** 2);
  return [1, -1].map((sign) => [sign / product, p / product, (sign * p ** 2) / product]);
}

/** G of Lavin and Gray (2015), https://arxiv.org/abs/1509.09308, sections 4.1 and 4.2; that of assembly/winograd-5.ts; and of whole images. */
const G: Record<WinogradTile, readonly (readonly number[])[]> = {
  2: [
    [1, 0, 0],
    [1 / 2, 1 / 2, 1 / 2],
    [1 / 2, -1 / 2, 1 / 2],
    [0, 0, 1],
  ],
  4: [
    [1 / 4, 0, 0],
    [-1 / 6, -1 / 6, -1 / 6],
    [-1 / 6, 1 / 6, -1 / 6],
    [1 / 24, 1 / 12, 1 / 6],
    [1 / 24, -1 / 12, 1 / 6],
    [0, 0, 1],
  ],
  5: [
    ...pairOfPoints(1 / 4, 7 / 8, 7 / 4),
    ...pairOfPoints(7 / 8, 1 / 4, 7 / 4),
    ...pairOfPoints(7 / 4, 1 / 4, 7 / 8),
    [0, 0, 1],
  ],
  'whole 2': WHOLE_G[2],
  'whole 3': WHOLE_G[3],
  'whole 7': WHOLE_G[7],
};

/**
 * Returns the transform of weights, U = G g G^T, as one matrix, G (x) G: U [planes, Cin * Cout] is its product with the
 * HWIO weights [9, Cin * Cout].
 *
 * @returns [planes, 9], row by row.
 */
export function weightTransformMatrix(tile: WinogradTile): Float32Array {
  const rows = G[tile];
  return Float32Array.from(rows.flatMap((a) => rows.flatMap((b) => a.flatMap((x) => b.map((y) => x * y)))));
}

/**
 * Returns the transpose of `weightTransformMatrix`: takes the gradient of U to that of the weights, [9, Cin * Cout].
 *
 * @returns [9, planes], row by row.
 */
export function weightGradientMatrix(tile: WinogradTile): Float32Array {
  const matrix = weightTransformMatrix(tile);
  const planes = matrix.length / 9;
  return Float32Array.from(matrix, (_, index) => matrix[(index % planes) * 9 + Math.floor(index / planes)]!);
}
