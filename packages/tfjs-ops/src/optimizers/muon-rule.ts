import { assertBelowOne, assertBoolean, assertCount } from '@cifarlab/internals/checks';
import { add, div, mul, reshape, sqrt, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core';
import { orthogonalize } from './orthogonalize.js';
import { sgdRule } from './sgd-rule.js';
import type { CommonSettings, UpdateInput, UpdateOutput, UpdateRule } from './update-rule.js';

/** Settings of {@link Muon}, for all variables or a group of them. */
export interface MuonSettings extends CommonSettings {
  /** Share of the last step that goes into the next, 0 or more and below 1. Default 0.6. */
  momentum: number;
  /** Nesterov's look-ahead: needs a momentum. Default true. */
  nesterov: boolean;
  /** Whether updates are made orthogonal. Without it, and for vectors always, they are those of SGD. Default true. */
  orthogonal: boolean;
  /** Steps of the iteration that makes an update orthogonal. Default 3. */
  newtonSchulzSteps: number;
  /** Whether a matrix is brought to the norm √(columns) before each of its steps. Default true. */
  normalizeWeights: boolean;
}

/** Keeps weights of zeros what they are. */
const EPSILON = 1e-7;

/**
 * The formula of Muon, as in airbench (K. Jordan, "airbench94_muon"); filters [height, width, in, out] count as
 * matrices [height · width · in, out]:
 *
 *     b ← momentum · b + g                          d = g + momentum · b with nesterov, b otherwise
 *     θ ← θ · √out / ‖θ‖ with normalizeWeights      θ ← θ · (1 − learningRate · weightDecay) otherwise
 *     θ ← θ − learningRate · orthogonalize(d)
 */
export const muonRule: UpdateRule<MuonSettings> = {
  settings: [
    'learningRate',
    'momentum',
    'nesterov',
    'weightDecay',
    'orthogonal',
    'newtonSchulzSteps',
    'normalizeWeights',
  ],
  check({ orthogonal, newtonSchulzSteps, normalizeWeights, ...settings }) {
    assertBelowOne('momentum', settings.momentum);
    assertBoolean('orthogonal', orthogonal);
    assertBoolean('normalizeWeights', normalizeWeights);
    assertCount('newtonSchulzSteps', newtonSchulzSteps);
    sgdRule.check(ofSgd(settings));
  },
  slots: ({ momentum }) => (momentum === 0 ? [] : ['momentumBuffer']),
  update(input) {
    const { parameter, settings } = input;
    if (settings.orthogonal && parameter.rank >= 2) return orthogonalUpdate(input);
    return sgdRule.update({ ...input, settings: ofSgd(settings) });
  },
};

/** Returns the settings of SGD without what it does not have. */
function ofSgd({ learningRate, momentum, nesterov, weightDecay }: Omit<MuonSettings, OfMatrices>) {
  return { learningRate, momentum, nesterov, weightDecay, dampening: 0, decoupledWeightDecay: false };
}

type OfMatrices = 'orthogonal' | 'newtonSchulzSteps' | 'normalizeWeights';

function orthogonalUpdate(input: UpdateInput<MuonSettings>): UpdateOutput {
  const { parameter, slots, settings, scale } = input;
  const { learningRate, momentum, nesterov, weightDecay, newtonSchulzSteps, normalizeWeights } = settings;
  const gradient = scale === undefined ? input.gradient : mul(input.gradient, scale.tensor);
  const buffer = momentum === 0 ? gradient : add(mul(slots.momentumBuffer!, momentum), gradient);
  const direction = nesterov ? add(gradient, mul(buffer, momentum)) : buffer;

  const columns = parameter.shape.at(-1)!;
  const update = reshape(orthogonalize(reshape(direction, [-1, columns]), newtonSchulzSteps), parameter.shape);
  const kept = normalizeWeights
    ? ofNorm(parameter, Math.sqrt(columns))
    : mul(parameter, 1 - learningRate * weightDecay);
  return {
    parameter: sub(kept, mul(update, learningRate)),
    slots: momentum === 0 ? {} : { momentumBuffer: buffer },
  };
}

/** Returns the same direction with another norm. */
function ofNorm(parameter: Tensor, norm: number): Tensor {
  return mul(parameter, div(norm, add(sqrt(sum(square(parameter))), EPSILON)));
}
