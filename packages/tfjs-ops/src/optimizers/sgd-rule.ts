import { assertBelowOne, assertBoolean } from '@cifarlab/internals/checks';
import { show } from '@cifarlab/internals/show';
import { add, mul, sub, type Tensor } from '@tensorflow/tfjs-core';
import { hasFusedKernel, runFusedKernel } from '../fused-kernel.js';
import type { CommonSettings, UpdateInput, UpdateOutput, UpdateRule } from './update-rule.js';

/** Settings of {@link SGD}, for all variables or a group of them. */
export interface SGDSettings extends CommonSettings {
  /** Share of the last step that goes into the next, 0 or more and below 1. Default 0. */
  momentum: number;
  /** Takes this part off the gradient that goes into the momentum, 0 to 1. Default 0. */
  dampening: number;
  /** Nesterov's look-ahead: needs a momentum and no dampening. Default false. */
  nesterov: boolean;
  /** Weight decay scales the weights (as AdamW does) instead of joining the gradient. Default false. */
  decoupledWeightDecay: boolean;
}

/**
 * The formula of `torch.optim.SGD`, with an option for decoupled weight decay (SGDW of arXiv:1711.05101, scaled by the
 * learning rate as in AdamW):
 *
 *     L2:  g ← g + weightDecay · θ                 decoupled:  θ ← θ · (1 − learningRate · weightDecay)
 *     b ← g in the first step, then momentum · b + (1 − dampening) · g
 *     d = g without momentum, g + momentum · b with nesterov, b otherwise
 *     θ ← θ − learningRate · d
 */
export const sgdRule: UpdateRule<SGDSettings> = {
  settings: ['learningRate', 'momentum', 'dampening', 'nesterov', 'weightDecay', 'decoupledWeightDecay'],
  check({ momentum, dampening, nesterov, decoupledWeightDecay }) {
    assertBelowOne('momentum', momentum);
    if (!(dampening >= 0 && dampening <= 1)) {
      throw new RangeError(`dampening must be from 0 to 1; got ${show(dampening)}.`);
    }
    assertBoolean('nesterov', nesterov);
    assertBoolean('decoupledWeightDecay', decoupledWeightDecay);
    if (nesterov && (momentum === 0 || dampening !== 0)) {
      throw new RangeError(
        `nesterov needs a momentum above 0 and a dampening of 0; got momentum ${momentum} and dampening ${dampening}.`,
      );
    }
  },
  slots: ({ momentum }) => (momentum === 0 ? [] : ['momentumBuffer']),
  update: (input) => (hasFusedKernel('CifarlabSgd') ? fused(input) : composed(input)),
};

function fused({ parameter, gradient, slots, settings, step, scale }: UpdateInput<SGDSettings>): UpdateOutput {
  const { decoupledWeightDecay: decoupled, ...attributes } = settings;
  const gradientScale = scale?.value() ?? 1;
  const [updated, momentumBuffer] = runFusedKernel(
    'CifarlabSgd',
    { param: parameter, gradient, ...slots },
    { ...attributes, decoupled, step, gradientScale },
  ) as [Tensor, Tensor];
  return { parameter: updated, slots: settings.momentum === 0 ? {} : { momentumBuffer } };
}

function composed(input: UpdateInput<SGDSettings>): UpdateOutput {
  const { slots, settings, step, scale } = input;
  const { learningRate, momentum, dampening, nesterov, weightDecay, decoupledWeightDecay } = settings;
  let { parameter, gradient } = input;
  if (scale !== undefined) gradient = mul(gradient, scale.tensor);
  if (weightDecay !== 0) {
    if (decoupledWeightDecay) parameter = mul(parameter, 1 - learningRate * weightDecay);
    else gradient = add(gradient, mul(parameter, weightDecay));
  }
  const moved = (direction: Tensor) => sub(parameter, mul(direction, learningRate));
  if (momentum === 0) return { parameter: moved(gradient), slots: {} };

  const momentumBuffer =
    step === 1 ? gradient : add(mul(slots.momentumBuffer!, momentum), mul(gradient, 1 - dampening));
  const direction = nesterov ? add(gradient, mul(momentumBuffer, momentum)) : momentumBuffer;
  return { parameter: moved(direction), slots: { momentumBuffer } };
}
