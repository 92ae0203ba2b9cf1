import { GroupedOptimizer, type OptimizerOptions } from './grouped-optimizer.js';
import { type SGDSettings, sgdRule } from './sgd-rule.js';

export interface SGDOptions extends Partial<SGDSettings>, OptimizerOptions<SGDSettings> {
  learningRate: number;
}

const DEFAULTS = { momentum: 0, dampening: 0, nesterov: false, weightDecay: 0, decoupledWeightDecay: false };

/**
 * Stochastic gradient descent with momentum, exactly as `torch.optim.SGD`:
 *
 *     b ← g in the first step, then momentum · b + (1 − dampening) · g        θ ← θ − learningRate · b
 *
 * with nesterov θ ← θ − learningRate · (g + momentum · b). Weight decay is L2 (it joins the gradient), or with
 * `decoupledWeightDecay` θ ← θ · (1 − learningRate · weightDecay) before the step. Defaults: none of these. Uses the
 * backend's kernel `CifarlabSgd` if it has one.
 *
 * @throws RangeError or TypeError on invalid settings.
 */
export class SGD extends GroupedOptimizer<SGDSettings> {
  static get className(): string {
    return 'CifarlabSGD';
  }

  constructor(options: SGDOptions) {
    super(sgdRule, DEFAULTS, options);
  }
}
