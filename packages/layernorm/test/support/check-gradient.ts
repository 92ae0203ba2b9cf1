import { type GradcheckOptions, type GradcheckReport, gradcheck } from '@cifarlab/gradcheck';
import type { NdArray } from 'ndarray';
import type { layerNorm } from '../../src/index.js';
import { type FloatNdArray, layerNormBackward, layerNormForward } from '../../src/ndarray/index.js';
import type { Inputs } from './arrays.js';
import { run } from './tensors.js';

/** dL/d(input) from dL/dy. */
type Backward = (inputs: Inputs, dy: FloatNdArray) => Inputs;

export interface Subject {
  name: string;
  backward: Backward;
  /** Tolerances that suit its precision. */
  tolerances: GradcheckOptions;
}

export const onNdArrays: Subject = {
  name: 'layerNormBackward in float64',
  backward({ x, gamma, beta }, dy) {
    const { dx, dgamma, dbeta } = layerNormBackward(dy, layerNormForward(x, gamma, beta).cache);
    return { x: dx, gamma: dgamma, beta: dbeta };
  },
  // Central differences are off by about 1e-9 here, so that mistakes have no room.
  tolerances: { eps: 1e-5, atol: 1e-7, rtol: 1e-6 },
};

/** Returns the float32 gradients of a tfjs implementation, judged by differences of the float64 forward pass. */
export const onTensors = (name: string, implementation: typeof layerNorm): Subject => ({
  name: `${name} in float32`,
  backward(inputs, dy) {
    const { dx, dgamma, dbeta } = run(implementation, inputs, dy);
    return { x: dx, gamma: dgamma, beta: dbeta };
  },
  tolerances: { eps: 1e-5, atol: 1e-5, rtol: 1e-4 },
});

/** Compares the gradients of layer normalisation at `inputs` (float64) with numerical ones. */
export function checkGradient(
  inputs: Inputs,
  { backward, tolerances }: Subject,
  options: GradcheckOptions = {},
): GradcheckReport {
  return gradcheck(
    ({ x, gamma, beta }: Record<keyof Inputs, NdArray>) => ({
      output: layerNormForward(x, gamma, beta).y as NdArray,
      backward: (dy) => backward(inputs, dy as FloatNdArray) as Record<keyof Inputs, NdArray>,
    }),
    inputs as Record<keyof Inputs, NdArray>,
    { ...tolerances, ...options },
  );
}
