import { type AdamSettings, adamRule } from './adam-rule.js';
import { GroupedOptimizer, type OptimizerOptions } from './grouped-optimizer.js';

export interface AdamOptions extends Partial<AdamSettings>, OptimizerOptions<AdamSettings> {}

const DEFAULTS = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, amsgrad: false };

/**
 * Adam (Kingma and Ba, arXiv:1412.6980), exactly as `torch.optim.Adam`; weight decay is L2: it joins the gradient.
 *
 *     m ← beta1 · m + (1 − beta1) · g,   v ← beta2 · v + (1 − beta2) · g²
 *     θ ← θ − learningRate · m̂ / (√v̂ + epsilon),   m̂ = m / (1 − beta1^t),   v̂ = v / (1 − beta2^t)
 *
 * Defaults: learning rate 1e-3, betas 0.9 and 0.999, epsilon 1e-8, no weight decay, no amsgrad (Reddi et al., "On the
 * Convergence of Adam and Beyond"). Uses the backend's kernel `CifarlabAdam` if it has one.
 *
 * @throws RangeError or TypeError on invalid settings.
 */
export class Adam extends GroupedOptimizer<AdamSettings> {
  static get className(): string {
    return 'CifarlabAdam';
  }

  constructor(options: AdamOptions = {}) {
    super(adamRule({ decoupled: false }), DEFAULTS, options);
  }
}

/**
 * AdamW (Loshchilov and Hutter, arXiv:1711.05101), exactly as `torch.optim.AdamW`: Adam with decoupled weight decay,
 * θ ← θ · (1 − learningRate · weightDecay) before the step.
 *
 * Defaults as for {@link Adam}, but a weight decay of 0.01. `groups: [noDecayOnBiasesAndNorms()]` keeps it to matrices
 * and filters. Uses the backend's kernel `CifarlabAdam` if it has one.
 *
 * @throws RangeError or TypeError on invalid settings.
 */
export class AdamW extends GroupedOptimizer<AdamSettings> {
  static get className(): string {
    return 'CifarlabAdamW';
  }

  constructor(options: AdamOptions = {}) {
    super(adamRule({ decoupled: true }), { ...DEFAULTS, weightDecay: 0.01 }, options);
  }
}
