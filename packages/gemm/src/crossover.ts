import type { Matrix } from './matrix.js';
import { copiedElements } from './ort-product.js';

// Both ways of multiplying, in units of one multiplication of the WebAssembly kernel (about 0.15 ns): fitted to what
// `npm run bench:crossover` prints, on an AMD EPYC at 3.7 GHz with two threads, for float32 and float64 alike.

/** The kernel packs every element of A and B and unpacks those of C. */
const PACKING = 14;
/** An element that has to be copied for ONNX Runtime, or from it. */
const COPYING = 28;
/** A native call, some 4 us: the kernel does a product of 22 x 22 by 22 x 22 in that time. */
const CALL = 30_000;

/** Returns whether the native product is the faster one; it takes matrices of one type only. */
export function nativePays(c: Matrix, a: Matrix, b: Matrix, alpha: number, beta: number): boolean {
  const { BYTES_PER_ELEMENT: size } = c.data;
  if (a.data.BYTES_PER_ELEMENT !== size || b.data.BYTES_PER_ELEMENT !== size) return false;
  const [m, k, n] = [c.rows, a.columns, c.columns];
  const kernel = m * k * n + PACKING * (m * k + k * n + m * n);
  if (kernel < CALL) return false;
  const copied = copiedElements(c, a, b, alpha, beta);
  return kernel >= CALL + COPYING * (copied.a + copied.b + copied.c);
}
