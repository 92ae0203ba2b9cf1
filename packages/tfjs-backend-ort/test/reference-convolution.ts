import type { ConvGeometry } from '../src/convolution/geometry.js';

/** Convolutions by their definition, in float64: what the kernels are compared with. */

type Visit = (x: number, w: number, y: number) => void;

/** Calls `visit` with the indices of every input, weight and output element that belong together. */
function eachProduct(g: ConvGeometry, visit: Visit): void {
  for (let n = 0; n < g.batch; n++) {
    for (let i = 0; i < g.outHeight; i++) {
      for (let j = 0; j < g.outWidth; j++) {
        for (let p = 0; p < g.filterHeight; p++) {
          const row = i * g.strideHeight + p * g.dilationHeight - g.padTop;
          if (row < 0 || row >= g.inHeight) continue;
          for (let q = 0; q < g.filterWidth; q++) {
            const column = j * g.strideWidth + q * g.dilationWidth - g.padLeft;
            if (column < 0 || column >= g.inWidth) continue;
            const x = ((n * g.inHeight + row) * g.inWidth + column) * g.inChannels;
            const w = (p * g.filterWidth + q) * g.inChannels;
            const y = ((n * g.outHeight + i) * g.outWidth + j) * g.outChannels;
            for (let a = 0; a < g.inChannels; a++) {
              for (let b = 0; b < g.outChannels; b++) visit(x + a, (w + a) * g.outChannels + b, y + b);
            }
          }
        }
      }
    }
  }
}

/** Returns y [batch, outHeight, outWidth, Cout]. */
export function referenceForward(g: ConvGeometry, x: ArrayLike<number>, w: ArrayLike<number>): Float64Array {
  const y = new Float64Array(g.batch * g.outHeight * g.outWidth * g.outChannels);
  eachProduct(g, (i, j, k) => {
    y[k] += x[i] * w[j];
  });
  return y;
}

/** Returns dx [batch, inHeight, inWidth, Cin]. */
export function referenceInputGradient(g: ConvGeometry, dy: ArrayLike<number>, w: ArrayLike<number>): Float64Array {
  const dx = new Float64Array(g.batch * g.inHeight * g.inWidth * g.inChannels);
  eachProduct(g, (i, j, k) => {
    dx[i] += dy[k] * w[j];
  });
  return dx;
}

/** Returns dw [filterHeight, filterWidth, Cin, Cout]. */
export function referenceFilterGradient(g: ConvGeometry, x: ArrayLike<number>, dy: ArrayLike<number>): Float64Array {
  const dw = new Float64Array(g.filterHeight * g.filterWidth * g.inChannels * g.outChannels);
  eachProduct(g, (i, j, k) => {
    dw[j] += x[i] * dy[k];
  });
  return dw;
}
