import type { BatchSums, Learner, State } from '../../src/index.js';
import type { Batch } from './clusters.js';

/** Multinomial logistic regression with momentum, in loops: small, but its loss, gradients and state are real. */
export class SoftmaxRegression implements Learner<Batch> {
  readonly #classes: number;
  #weights: Float64Array;
  #velocity: Float64Array;

  constructor(features: number, classes: number) {
    this.#classes = classes;
    this.#weights = new Float64Array(features * classes);
    this.#velocity = new Float64Array(features * classes);
  }

  trainStep(batch: Batch, { learningRate }: { learningRate: number }): BatchSums {
    const gradient = new Float64Array(this.#weights.length);
    const sums = this.#sums(batch, (x, c, error) => {
      for (let j = 0; j < x.length; j++) gradient[j * this.#classes + c]! += (x[j]! * error) / batch.length;
    });
    for (let i = 0; i < gradient.length; i++) {
      this.#velocity[i] = 0.9 * this.#velocity[i]! + gradient[i]!;
      this.#weights[i]! -= learningRate * this.#velocity[i]!;
    }
    return sums;
  }

  evalStep(batch: Batch): BatchSums {
    return this.#sums(batch, () => {});
  }

  saveState(): State {
    const shape = [this.#weights.length / this.#classes, this.#classes];
    return {
      arrays: {
        weights: { shape, data: this.#weights.slice() },
        velocity: { shape, data: this.#velocity.slice() },
      },
      values: { optimizer: 'momentum' },
    };
  }

  loadState({ arrays }: State): void {
    this.#weights = (arrays.weights!.data as Float64Array).slice();
    this.#velocity = (arrays.velocity!.data as Float64Array).slice();
  }

  #sums(batch: Batch, onError: (x: Float64Array, c: number, error: number) => void): BatchSums {
    const sums = { count: batch.length, loss: 0, correct: 0 };
    for (const { x, label } of batch) {
      const logits = Array.from({ length: this.#classes }, (_, c) =>
        x.reduce((sum, xj, j) => sum + xj * this.#weights[j * this.#classes + c]!, 0),
      );
      const max = Math.max(...logits);
      const exps = logits.map((logit) => Math.exp(logit - max));
      const total = exps.reduce((sum, e) => sum + e, 0);
      sums.loss += Math.log(total) + max - logits[label]!;
      if (logits.indexOf(max) === label) sums.correct += 1;
      exps.forEach((e, c) => {
        onError(x, c, e / total - (c === label ? 1 : 0));
      });
    }
    return sums;
  }
}
