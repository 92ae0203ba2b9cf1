import { assertBelowOne, assertBoolean, assertNonNegative } from '@cifarlab/internals/checks';
import { add, div, maximum, mul, sqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { hasFusedKernel, runFusedKernel } from '../fused-kernel.js';
import type { CommonSettings, UpdateInput, UpdateOutput, UpdateRule } from './update-rule.js';

/** Settings of {@link Adam} and {@link AdamW}, for all variables or a group of them. */
export interface AdamSettings extends CommonSettings {
  /** Decay of the gradient's running average, 0 or more and below 1. Default 0.9. */
  beta1: number;
  /** Decay of the squared gradient's running average, 0 or more and below 1. Default 0.999. */
  beta2: number;
  /** Constant added to the denominator, after the root. Default 1e-8. */
  epsilon: number;
  /** Divide by the root of the largest second moment so far. Default false. */
  amsgrad: boolean;
}

/**
 * Returns the formula of Adam and AdamW, as in `torch.optim.Adam` and `torch.optim.AdamW`:
 *
 *     L2:         g ← g + weightDecay · θ          decoupled:  θ ← θ · (1 − learningRate · weightDecay)
 *     m ← beta1 · m + (1 − beta1) · g
 *     v ← beta2 · v + (1 − beta2) · g²             amsgrad:    vMax ← max(vMax, v), which takes v's place below
 *     θ ← θ − learningRate / (1 − beta1^t) · m / (√v / √(1 − beta2^t) + epsilon)
 */
export function adamRule({ decoupled }: { decoupled: boolean }): UpdateRule<AdamSettings> {
  return {
    settings: ['learningRate', 'beta1', 'beta2', 'epsilon', 'weightDecay', 'amsgrad'],
    check({ beta1, beta2, epsilon, amsgrad }) {
      assertBelowOne('beta1', beta1);
      assertBelowOne('beta2', beta2);
      assertNonNegative('epsilon', epsilon);
      assertBoolean('amsgrad', amsgrad);
    },
    slots: ({ amsgrad }) => (amsgrad ? ['m', 'v', 'vMax'] : ['m', 'v']),
    update: (input) => (hasFusedKernel('CifarlabAdam') ? fused(input, decoupled) : composed(input, decoupled)),
  };
}

function fused(input: UpdateInput<AdamSettings>, decoupled: boolean): UpdateOutput {
  const { parameter, gradient, slots, settings, step, scale } = input;
  const { amsgrad, ...numbers } = settings;
  const gradientScale = scale?.value() ?? 1;
  const [updated, m, v, vMax] = runFusedKernel(
    'CifarlabAdam',
    { param: parameter, gradient, ...slots },
    { ...numbers, decoupled, step, gradientScale },
  ) as [Tensor, Tensor, Tensor, Tensor];
  return { parameter: updated, slots: amsgrad ? { m, v, vMax } : { m, v } };
}

function composed(input: UpdateInput<AdamSettings>, decoupled: boolean): UpdateOutput {
  const { slots, settings, step, scale } = input;
  const { learningRate, beta1, beta2, epsilon, weightDecay, amsgrad } = settings;
  let { parameter, gradient } = input;
  if (scale !== undefined) gradient = mul(gradient, scale.tensor);
  if (weightDecay !== 0) {
    if (decoupled) parameter = mul(parameter, 1 - learningRate * weightDecay);
    else gradient = add(gradient, mul(parameter, weightDecay));
  }
  const m = add(mul(slots.m!, beta1), mul(gradient, 1 - beta1));
  const v = add(mul(slots.v!, beta2), mul(square(gradient), 1 - beta2));
  const next: Record<string, Tensor> = amsgrad ? { m, v, vMax: maximum(slots.vMax!, v) } : { m, v };
  const denominator = add(div(sqrt(next.vMax ?? v), Math.sqrt(1 - beta2 ** step)), epsilon);
  const stepSize = learningRate / (1 - beta1 ** step);
  return { parameter: sub(parameter, mul(div(m, denominator), stepSize)), slots: next };
}
