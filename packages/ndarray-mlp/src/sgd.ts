import { assertBoolean, assertKnownKeys, assertNonNegative, assertWithin } from '@cifarlab/internals/checks';
import { show } from '@cifarlab/internals/show';
import type { NdArray } from 'ndarray';
import ops from 'ndarray-ops';
import { assign, type FloatNdArray, zerosLike } from './float-array.js';
import { axpy } from './math-ops.js';
import type { Module } from './module.js';
import { type NamedArrays, requireFit, restore, snapshot } from './named-arrays.js';

/** Options of {@link SGD}; all may be left out. */
export interface SgdOptions {
  /** mu, from 0 (default) to 1: how much of the last velocity is kept. */
  momentum?: number;
  /** lambda, 0 (default) or more: the gradient of lambda/2 |w|^2 is added to that of every parameter. */
  weightDecay?: number;
  /** Nesterov's momentum; default false. */
  nesterov?: boolean;
}

/**
 * Stochastic gradient descent, with the update rule of torch.optim.SGD (no dampening):
 *
 *     g = dL/dw + lambda w
 *     v = mu v + g
 *     w = w - lr v              (Nesterov: w - lr (g + mu v))
 */
export class SGD {
  /** mu of the update rule. */
  readonly momentum: number;
  /** lambda of the update rule. */
  readonly weightDecay: number;
  /** Whether the step takes Nesterov's momentum. */
  readonly nesterov: boolean;
  readonly #model: Pick<Module, 'params' | 'grads'>;
  readonly #velocity: Record<string, FloatNdArray>;
  /** Holds g where it is not the gradient itself. */
  readonly #direction: Record<string, FloatNdArray>;

  /**
   * @param model any module: an `MLP`, or a single layer.
   * @throws RangeError on a hyperparameter that is NaN or out of range, an unknown option, or Nesterov without
   *   momentum; TypeError when `model` is not a module, or an option of another kind.
   */
  constructor(model: Pick<Module, 'params' | 'grads'>, options: SgdOptions = {}) {
    assertKnownKeys('SGD', options, ['momentum', 'weightDecay', 'nesterov']);
    const { momentum = 0, weightDecay = 0, nesterov = false } = options;
    if (typeof model?.params !== 'object' || typeof model.grads !== 'object') {
      throw new TypeError(`SGD: model is ${show(model)}, but a module with params and grads is needed.`);
    }
    assertWithin('SGD: momentum', momentum, 0, 1);
    assertNonNegative('SGD: weightDecay', weightDecay);
    assertBoolean('SGD: nesterov', nesterov);
    if (nesterov && momentum === 0) throw new RangeError('SGD: nesterov needs a momentum above 0, but it is 0.');
    this.momentum = momentum;
    this.weightDecay = weightDecay;
    this.nesterov = nesterov;
    this.#model = model;
    const like = (needed: boolean) =>
      Object.fromEntries(needed ? Object.entries(model.params).map(([name, w]) => [name, zerosLike(w)]) : []);
    this.#velocity = like(momentum > 0);
    this.#direction = like(weightDecay > 0 || nesterov);
  }

  /**
   * Updates every parameter once, from the gradients of the last backward pass.
   *
   * @param learningRate lr, 0 or more.
   * @throws RangeError when it is NaN, infinite or negative; nothing is updated then.
   */
  step(learningRate: number): void {
    assertNonNegative('SGD: learningRate', learningRate);
    for (const [name, w] of Object.entries(this.#model.params)) {
      axpy(w, -learningRate, this.#update(name, w));
    }
  }

  /** Returns the direction that w moves against. */
  #update(name: string, w: FloatNdArray): FloatNdArray {
    let g = this.#model.grads[name]!;
    const direction = this.#direction[name];
    if (direction !== undefined) {
      assign(direction, g);
      if (this.weightDecay > 0) axpy(direction, this.weightDecay, w);
      g = direction;
    }
    const v = this.#velocity[name];
    if (v === undefined) return g;
    ops.mulseq(v, this.momentum);
    ops.addeq(v, g);
    if (!this.nesterov) return v;
    axpy(g, this.momentum, v);
    return g;
  }

  /** Returns a copy of the velocity of each parameter, by its name; empty without momentum. */
  toState(): NamedArrays {
    return snapshot(this.#velocity);
  }

  /**
   * Loads a `toState()`; if any array does not fit, none is loaded.
   *
   * @throws RangeError naming the first array that is missing, unknown, or of another shape or dtype.
   */
  loadState(state: Readonly<Record<string, NdArray>>): void {
    requireFit(this.#velocity, state, 'SGD');
    restore(this.#velocity, state);
  }
}
