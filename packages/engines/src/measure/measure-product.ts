import ndarray from 'ndarray';
import { measureRate } from './measure-rate.js';

const units = 1024;
const sizes = [32, 64, 128, 256, 512, 1024];

/** Measures the speed of a matrix product in float64 by `@cifarlab/gemm`'s engine in use, in GFLOP/s. */
export async function measureProduct(seconds: number): Promise<number> {
  const { gemm } = await import('@cifarlab/gemm');
  const weights = ndarray(wave(units * units), [units, units]);
  const x = wave(sizes.at(-1)! * units);
  const y = new Float64Array(sizes.at(-1)! * units);
  return measureRate(
    {
      sizes,
      operations: 2 * units * units,
      run(size) {
        const [input, output] = [x, y].map((data) => ndarray(data.subarray(0, size * units), [size, units]));
        gemm(output!, input!, weights);
      },
    },
    seconds,
  );
}

/** Makes numbers from -1 to 1: which ones does not matter, but zeros and subnormal ones would. */
function wave(length: number): Float64Array {
  return Float64Array.from({ length }, (_, index) => Math.sin(index + 1));
}
