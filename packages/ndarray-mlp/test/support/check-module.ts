import { type GradcheckReport, gradcheck } from '@cifarlab/gradcheck';
import type { NdArray } from 'ndarray';
import type { FloatNdArray, Loss, Mode, Module } from '../../src/index.js';

/** dL/d(input), by the name of the input: `x` or a parameter. */
export type Gradients = Record<string, FloatNdArray>;

/** Inputs and results of a backward pass; `gradients` are the hand-written ones. */
export interface Pass<M = Module> {
  module: M;
  x: FloatNdArray;
  y: FloatNdArray;
  dout: FloatNdArray;
  gradients: Gradients;
}

/** Steps and tolerances for float64: central differences are off by about 1e-10, so 1e-7 leaves mistakes no room. */
const TOLERANCES = { eps: 1e-6, atol: 1e-7, rtol: 1e-6 };

/**
 * Compares the gradients of a module with respect to its input and its parameters with numerical ones.
 *
 * @param rewrite what is checked in place of the hand-written gradients, to see whether a mistake is found.
 */
export function checkModule<M extends Module>(
  module: M,
  x: FloatNdArray,
  {
    mode = 'training',
    rewrite = ({ gradients }) => gradients,
  }: { mode?: Mode; rewrite?: (pass: Pass<M>) => Gradients } = {},
): GradcheckReport {
  const inputs: Record<string, NdArray> = { x, ...module.params };
  return gradcheck(
    () => {
      const y = module.forward(x, mode);
      return {
        output: y,
        backward: (dout) => {
          const dx = module.backward(dout);
          return rewrite({ module, x, y, dout: dout as FloatNdArray, gradients: { x: dx, ...module.grads } });
        },
      };
    },
    inputs,
    TOLERANCES,
  );
}

/** Works like `checkModule`, but for the gradient of a loss. */
export function checkLoss(
  loss: Loss,
  x: FloatNdArray,
  targets: FloatNdArray,
  rewrite = (dx: FloatNdArray, _x: FloatNdArray, _targets: FloatNdArray): FloatNdArray => dx,
): GradcheckReport {
  return gradcheck(
    () => ({ output: loss.forward(x, targets), backward: () => rewrite(loss.backward(x, targets), x, targets) }),
    x as NdArray,
    TOLERANCES,
  );
}
