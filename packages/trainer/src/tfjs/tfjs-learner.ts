import { show } from '@cifarlab/internals/show';
import { Tensor, tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import type { BatchSums, Learner } from '../learner.js';
import type { State } from '../state.js';
import { countExamples, type TfjsBatch } from './batch.js';
import { loadLearnerState, saveLearnerState } from './learner-state.js';
import { lossGradients } from './loss-gradients.js';
import { type NamedWeight, namedWeights, type TfjsModel, variableOf } from './model.js';
import type { TfjsOptimizer } from './optimizer.js';
import {
  type Scores,
  smoothLabels,
  softmax,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
} from './softmax-cross-entropy.js';

/** What a {@link TfjsLearner} is made of. */
export interface TfjsLearnerOptions {
  /** Built, with the weights to start from; it stays the caller's. */
  model: TfjsModel;
  /** Used for this model alone; it stays the caller's. */
  optimizer: TfjsOptimizer;
  /** The part of each training target that is spread over all classes, 0 or more and below 1. Default 0. */
  labelSmoothing?: number;
}

/** Options of {@link TfjsLearner.classify} and {@link TfjsLearner.predict}. */
export interface ViewsOptions {
  /** Other views of the same images, such as their mirror images, each with as many values: the logits are averaged. */
  views?: readonly Float32Array[];
}

/** The sums over a batch, with what is predicted for each example. */
export interface Classified extends BatchSums {
  /** Of shape [n], the class of the largest logit; the number of classes, which is no class, where a logit is NaN. */
  predicted: Int32Array;
  /** [n, classes], row-major. */
  probabilities: Float32Array;
}

/**
 * A TensorFlow.js classifier with its optimizer, ready for the training loop. The loss is the softmax cross-entropy.
 *
 * Works with every backend that can read values synchronously (`cpu`, `ort`, `wasm`, `webgl`, `tensorflow`). Tensors do
 * not leave it, and none is left behind: after the first step, which makes the optimizer's state, `tf.memory().numTensors` stays.
 */
export class TfjsLearner implements Learner<TfjsBatch> {
  /** As given. */
  readonly model: TfjsModel;
  /** As given. */
  readonly optimizer: TfjsOptimizer;
  /** The part of each training target that is spread over all classes. */
  readonly labelSmoothing: number;
  readonly #weights: readonly NamedWeight[];
  readonly #variables: Variable[];
  readonly #buffers: readonly NamedWeight[];

  /**
   * The weights that are trainable now are the ones that are trained.
   *
   * @throws RangeError on a labelSmoothing out of range, a model without trainable weights or with two of one name;
   *   TypeError on weights that are not float32.
   */
  constructor({ model, optimizer, labelSmoothing = 0 }: TfjsLearnerOptions) {
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new RangeError(`labelSmoothing must be 0 or more and below 1; got ${show(labelSmoothing)}.`);
    }
    this.model = model;
    this.optimizer = optimizer;
    this.labelSmoothing = labelSmoothing;
    this.#weights = namedWeights(model);
    this.#variables = this.#weights.filter(({ trainable }) => trainable).map(({ weight }) => variableOf(weight));
    this.#buffers = this.#weights.filter(({ trainable }) => !trainable);
  }

  /**
   * Forward, backward and one update, with the logits read once.
   *
   * When the loss is not finite everything stays as it was, running statistics included, so that the caller can stop
   * with a usable model.
   *
   * @returns the sums before the update; the loss is that of the smoothed labels.
   * @throws TypeError or RangeError on a batch, a model output or a learning rate that does not fit; nothing is updated.
   */
  trainStep(batch: TfjsBatch, { step, learningRate }: { step: number; learningRate: number }): BatchSums {
    const count = countExamples(batch.images, batch.shape);
    this.optimizer.learningRate = learningRate;
    return tidy(() => {
      // Clones share their values with the variable until it gets others.
      const buffers = this.#buffers.map(({ weight }) => weight.read().clone());
      let scores: Scores | undefined;
      let updated = false;
      try {
        const forward = () => this.#forward(batch.images, batch.shape, { training: true, step });
        const lossOf = (logits: Float32Array) => {
          const classes = this.#classes(batch, logits);
          const targets = smoothLabels(batch.labels, classes, this.labelSmoothing);
          scores = softmaxCrossEntropy(logits, targets, classes);
          return {
            value: scores.loss / count,
            gradient: () => softmaxCrossEntropyGradient(scores!.probabilities, targets, classes),
          };
        };
        const gradients = lossGradients(forward, lossOf, this.#variables);
        const { loss, correct } = scores!;
        if (Number.isFinite(loss)) {
          this.optimizer.applyGradients(gradients);
          updated = true;
        }
        return { count, loss, correct };
      } finally {
        if (!updated) this.#buffers.forEach(({ weight }, i) => void weight.write(buffers[i]!));
      }
    });
  }

  /** Forward in evaluation mode, with the labels as they are; changes nothing. */
  evalStep(batch: TfjsBatch): BatchSums {
    const { count, loss, correct } = this.classify(batch);
    return { count, loss, correct };
  }

  /** As `evalStep`, with the class predicted for each example; `views` makes it test-time augmentation. */
  classify(batch: TfjsBatch, options: ViewsOptions = {}): Classified {
    const count = countExamples(batch.images, batch.shape);
    const logits = this.#logits(batch.images, batch.shape, options);
    return { count, ...softmaxCrossEntropy(logits, batch.labels, this.#classes(batch, logits)) };
  }

  /**
   * The probabilities of the classes in evaluation mode, [n, classes], row-major.
   *
   * @param images the inputs of n examples.
   * @param shape [n, ...].
   */
  predict(images: Float32Array, shape: readonly number[], options: ViewsOptions = {}): Float32Array {
    const logits = this.#logits(images, shape, options);
    return softmax(logits, logits.length / countExamples(images, shape));
  }

  /** A copy of weights, buffers and the optimizer's state, in tfjs's layouts: `<layer>/<weight>`, `optimizer/…`. */
  saveState(): Promise<State> {
    return saveLearnerState(this.#weights, this.optimizer);
  }

  /**
   * Takes over a `saveState()`; when any part does not fit, nothing is.
   *
   * @throws RangeError, TypeError or Error naming what does not fit.
   */
  loadState(state: State): void {
    loadLearnerState(state, this.#weights, this.optimizer);
  }

  /** The logits of all views, averaged. */
  #logits(images: Float32Array, shape: readonly number[], { views = [] }: ViewsOptions): Float32Array {
    const all = [images, ...views].map((view) =>
      tidy(() => this.#forward(view, shape, { training: false }).dataSync<'float32'>()),
    );
    if (all.length === 1) return all[0]!;
    return all[0]!.map((_, i) => all.reduce((sum, logits) => sum + logits[i]!, 0) / all.length);
  }

  #forward(images: Float32Array, shape: readonly number[], kwargs: { training: boolean; step?: number }): Tensor {
    const count = countExamples(images, shape);
    const logits = this.model.apply(tensor(images, [...shape]), kwargs);
    if (!(logits instanceof Tensor) || logits.rank !== 2 || logits.shape[0] !== count) {
      const got = logits instanceof Tensor ? `shape [${logits.shape.join(', ')}]` : show(logits);
      throw new RangeError(`The model must give logits of shape [${count}, classes]; got ${got}.`);
    }
    return logits;
  }

  #classes({ labels, shape }: TfjsBatch, logits: Float32Array): number {
    const count = shape[0]!;
    const classes = logits.length / count;
    if (!(labels instanceof Float32Array) || labels.length !== logits.length) {
      throw new RangeError(
        `labels must be a Float32Array of [${count}, ${classes}], as the logits; got ${show(labels)} of length ${labels?.length}.`,
      );
    }
    return classes;
  }
}
