import type { Matrix } from './matrix.js';
import { addTile } from './micro-kernel.js';
import { packPanels, WIDTH } from './pack.js';

// Measured on x86-64 with 32 KB of L1 and 1 MB of L2 cache: a panel of B (8 KB) stays in L1, the blocks in L2.
const BLOCK_DEPTH = 256;
const BLOCK_ROWS = 128;
const BLOCK_COLUMNS = 128;

interface Buffers {
  a: Float64Array;
  b: Float64Array;
  sums: Float64Array;
}

let buffers: Buffers | undefined;

/** The packed blocks and their sums, made at the first product and used again by all that follow (768 KB). */
function getBuffers(): Buffers {
  buffers ??= {
    a: new Float64Array(BLOCK_ROWS * BLOCK_DEPTH),
    b: new Float64Array(BLOCK_COLUMNS * BLOCK_DEPTH),
    sums: new Float64Array(BLOCK_ROWS * BLOCK_COLUMNS),
  };
  return buffers;
}

/**
 * C = alpha * A * B + beta * C, block by block: the products of one block of C are summed in float64 whatever the
 * types, then scaled, added and rounded once.
 */
export function blockedProduct(c: Matrix, a: Matrix, b: Matrix, alpha: number, beta: number): void {
  const { a: panelsA, b: panelsB, sums } = getBuffers();
  const inner = a.columns;
  for (let j = 0; j < c.columns; j += BLOCK_COLUMNS) {
    const columns = Math.min(BLOCK_COLUMNS, c.columns - j);
    for (let i = 0; i < c.rows; i += BLOCK_ROWS) {
      const rows = Math.min(BLOCK_ROWS, c.rows - i);
      sums.fill(0);
      for (let k = 0; k < inner; k += BLOCK_DEPTH) {
        const depth = Math.min(BLOCK_DEPTH, inner - k);
        const startA = a.offset + i * a.rowStride + k * a.columnStride;
        packPanels(a.data, startA, rows, a.rowStride, depth, a.columnStride, panelsA);
        const startB = b.offset + k * b.rowStride + j * b.columnStride;
        packPanels(b.data, startB, columns, b.columnStride, depth, b.rowStride, panelsB);
        for (let n = 0; n < columns; n += WIDTH) {
          for (let m = 0; m < rows; m += WIDTH) {
            addTile(depth, panelsA, m * depth, panelsB, n * depth, sums, m * BLOCK_COLUMNS + n, BLOCK_COLUMNS);
          }
        }
      }
      storeBlock(c, i, rows, j, columns, sums, alpha, beta);
    }
  }
}

function storeBlock(
  { data, offset, rowStride, columnStride }: Matrix,
  top: number,
  rows: number,
  left: number,
  columns: number,
  sums: Float64Array,
  alpha: number,
  beta: number,
): void {
  for (let i = 0; i < rows; i++) {
    let index = offset + (top + i) * rowStride + left * columnStride;
    let s = i * BLOCK_COLUMNS;
    for (let j = 0; j < columns; j++, s++, index += columnStride) {
      data[index] = beta === 0 ? alpha * sums[s] : alpha * sums[s] + beta * data[index];
    }
  }
}
