import { GroupedOptimizer, type OptimizerOptions } from './grouped-optimizer.js';
import { type MuonSettings, muonRule } from './muon-rule.js';

export interface MuonOptions extends Partial<MuonSettings>, OptimizerOptions<MuonSettings> {
  learningRate: number;
}

const DEFAULTS = {
  momentum: 0.6,
  nesterov: true,
  weightDecay: 0,
  orthogonal: true,
  newtonSchulzSteps: 3,
  normalizeWeights: true,
};

/**
 * Muon: momentum whose updates of matrices and filters are made orthogonal, so that every direction moves by the same
 * amount (K. Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024), with the weights brought
 * back to a fixed norm in each step, as the CIFAR-10 speed records do it (airbench94_muon).
 *
 *     b ← momentum · b + g,   d = g + momentum · b
 *     θ ← θ · √out / ‖θ‖ − learningRate · orthogonalize(d)
 *
 * Vectors are updated by SGD with the same settings, and so are the matrices of a group with `orthogonal: false`, such as
 * a last layer; `groups` give these rates and momenta of their own. Without `normalizeWeights`, `weightDecay` is decoupled,
 * θ ← θ · (1 − learningRate · weightDecay); in SGD it joins the gradient.
 *
 * Defaults: momentum 0.6 with Nesterov's look-ahead, three Newton-Schulz steps, normalised weights, no weight decay.
 *
 * @throws RangeError or TypeError on invalid settings.
 */
export class Muon extends GroupedOptimizer<MuonSettings> {
  static get className(): string {
    return 'CifarlabMuon';
  }

  constructor(options: MuonOptions) {
    super(muonRule, DEFAULTS, options);
  }
}
