import { gemm } from '@cifarlab/gemm';
import { RandomState } from '@cifarlab/numpy-random';
import ndarray from 'ndarray';
import type { NdarrayBackend, ProbeOptions } from './backend.js';
import { measureRate } from './measure.js';
import { chooseNdarrayEngine } from './ndarray-engine.js';

const units = 1024;
const sizes = [32, 64, 128, 256, 512, 1024];

/**
 * Starts an engine for matrix products in this process.
 *
 * @throws GemmEngineError with the reason as its cause when it is not to be had here.
 */
export function startNdarray(name: NdarrayBackend, { threads }: Pick<ProbeOptions, 'threads'>) {
  const engine = chooseNdarrayEngine(name, name === 'ort' ? threads : undefined);
  return { version: engine.version, threads: engine.threads, measure };
}

/** The speed of a product in float64, the default of `train mlp-ndarray`, in GFLOP/s. */
function measure(seconds: number): Promise<number> {
  const rng = new RandomState(1);
  const weights = ndarray(rng.normals(units * units), [units, units]);
  const x = rng.normals(sizes.at(-1)! * units);
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
