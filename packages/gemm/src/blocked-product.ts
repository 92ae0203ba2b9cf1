import type { Matrix } from './matrix.js';
import { packPanels, WIDTH } from './pack.js';
import { BLOCK_COLUMNS, BLOCK_DEPTH, BLOCK_ROWS, type TileKernel } from './tile-kernel.js';

/**
 * Computes C = alpha * A * B + beta * C, block by block: the products of one block of C are summed in float64
 * regardless of the types, then scaled, added and rounded once.
 */
export function blockedProduct(c: Matrix, a: Matrix, b: Matrix, alpha: number, beta: number, kernel: TileKernel): void {
  const inner = a.columns;
  for (let j = 0; j < c.columns; j += BLOCK_COLUMNS) {
    const columns = Math.min(BLOCK_COLUMNS, c.columns - j);
    const width = Math.ceil(columns / WIDTH) * WIDTH;
    for (let i = 0; i < c.rows; i += BLOCK_ROWS) {
      const rows = Math.min(BLOCK_ROWS, c.rows - i);
      kernel.sums.fill(0, 0, Math.ceil(rows / WIDTH) * WIDTH * width);
      for (let k = 0; k < inner; k += BLOCK_DEPTH) {
        const depth = Math.min(BLOCK_DEPTH, inner - k);
        // A block that is the only one of its matrix, or of its columns, is still packed from the last time.
        if (j === 0 || c.rows > BLOCK_ROWS || inner > BLOCK_DEPTH) {
          const start = a.offset + i * a.rowStride + k * a.columnStride;
          packPanels(a.data, start, rows, a.rowStride, depth, a.columnStride, kernel.a);
        }
        if (i === 0 || inner > BLOCK_DEPTH) {
          const start = b.offset + k * b.rowStride + j * b.columnStride;
          packPanels(b.data, start, columns, b.columnStride, depth, b.rowStride, kernel.b);
        }
        for (let n = 0; n < columns; n += WIDTH) {
          for (let m = 0; m < rows; m += WIDTH) {
            kernel.addTile(depth, m * depth, n * depth, m * width + n, width);
          }
        }
      }
      storeBlock(c, i, rows, j, columns, kernel.sums, width, alpha, beta);
    }
  }
}

/** Writes alpha * sums + beta * C to a block of C. */
function storeBlock(
  { data, offset, rowStride, columnStride }: Matrix,
  top: number,
  rows: number,
  left: number,
  columns: number,
  sums: Float64Array,
  width: number,
  alpha: number,
  beta: number,
): void {
  for (let i = 0; i < rows; i++) {
    let index = offset + (top + i) * rowStride + left * columnStride;
    let s = i * width;
    for (let j = 0; j < columns; j++, s++, index += columnStride) {
      data[index] = beta === 0 ? alpha * sums[s] : alpha * sums[s] + beta * data[index];
    }
  }
}
