import { show } from '@cifarlab/internals/show';
import { add, dispose, keep, type NamedTensorMap, Tensor, tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import type { Awaitable, BatchSums, Learner } from '../learner.js';
import type { State } from '../state.js';
import { backpropagate } from './backpropagate.js';
import { countExamples, type TfjsBatch } from './batch.js';
import { borrowTensor } from './borrow-tensor.js';
import { loadLearnerState, saveLearnerState } from './learner-state.js';
import { type MicroBatch, microBatches } from './micro-batches.js';
import { type NamedWeight, namedWeights, type TfjsModel, variableOf } from './model.js';
import type { TfjsOptimizer } from './optimizer.js';
import { addSums, isQueued, queuedGradients } from './queued-loss.js';
import { smoothLabels, softmax, softmaxCrossEntropy, softmaxCrossEntropyGradient } from './softmax-cross-entropy.js';

/** Parts of a {@link TfjsLearner}. */
export interface TfjsLearnerOptions {
  /** Built, with the weights to start from; it stays the caller's. */
  model: TfjsModel;
  /** Optimizer for this model alone; it stays the caller's. */
  optimizer: TfjsOptimizer;
  /** The part of each training target that is spread over all classes, 0 or more and below 1. Default 0. */
  labelSmoothing?: number;
  /**
   * Examples of a training batch that are taken at a time, 1 or more. The gradients of a batch's parts are summed before the
   * update, so that a large batch needs the memory of a small one; batch norm normalises each part by itself. Default: all.
   */
  microBatch?: number;
}

/** Options of {@link TfjsLearner.classify} and {@link TfjsLearner.predict}. */
export interface ViewsOptions {
  /** Other views of the same images, such as their mirror images, each with as many values: the logits are averaged. */
  views?: readonly Float32Array[];
}

/** The sums over a batch, with the prediction for each example. */
export interface Classified extends BatchSums {
  /** Class of the largest logit, [n]; the number of classes, which is not a class, where a logit is NaN. */
  predicted: Int32Array;
  /** [n, classes], row-major. */
  probabilities: Float32Array;
}

/**
 * A TensorFlow.js classifier with its optimizer, ready for the training loop. The loss is the softmax cross-entropy.
 *
 * Works with every backend. On `webgpu` a step is queued as a whole, its loss and hits are all that is read, and every method
 * gives a promise; on the others each has its result when it returns. Tensors do not leave it, and it leaves none behind: after the first step, which
 * makes the optimizer's state, `tf.memory().numTensors` stays.
 */
export class TfjsLearner implements Learner<TfjsBatch> {
  /** The model as given. */
  readonly model: TfjsModel;
  /** The optimizer as given. */
  readonly optimizer: TfjsOptimizer;
  /** The part of each training target that is spread over all classes. */
  readonly labelSmoothing: number;
  /** Examples of a training batch that are taken at a time; infinite for all. */
  readonly microBatch: number;
  readonly #weights: readonly NamedWeight[];
  readonly #variables: Variable[];
  readonly #buffers: readonly NamedWeight[];
  /** Queued steps that were taken back. */
  #breaks = 0;

  /** On a backend that queues its work, if the optimizer can hold its state. */
  get runsAhead(): boolean {
    return isQueued() && this.optimizer.holdState !== undefined;
  }

  /**
   * The weights that are trainable now are the ones that are trained.
   *
   * @throws RangeError on a labelSmoothing or microBatch out of range, a model without trainable weights or with two of one name;
   *   TypeError on weights that are not float32.
   */
  constructor({ model, optimizer, labelSmoothing = 0, microBatch = Number.POSITIVE_INFINITY }: TfjsLearnerOptions) {
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new RangeError(`labelSmoothing must be 0 or more and below 1; got ${show(labelSmoothing)}.`);
    }
    if (microBatch !== Number.POSITIVE_INFINITY && !(Number.isInteger(microBatch) && microBatch >= 1)) {
      throw new RangeError(`microBatch must be a whole number of 1 or more; got ${show(microBatch)}.`);
    }
    this.model = model;
    this.optimizer = optimizer;
    this.labelSmoothing = labelSmoothing;
    this.microBatch = microBatch;
    this.#weights = namedWeights(model);
    this.#variables = this.#weights.filter(({ trainable }) => trainable).map(({ weight }) => variableOf(weight));
    this.#buffers = this.#weights.filter(({ trainable }) => !trainable);
  }

  /**
   * Forward, backward and one update, with the logits read once for each part of the batch.
   *
   * If the loss is not finite, everything stays unchanged, running statistics included, so that the caller can stop
   * with a usable model.
   *
   * @returns the sums before the update; the loss is that of the smoothed labels.
   * @throws TypeError or RangeError on a batch, a model output or a learning rate that does not fit; nothing is updated.
   */
  trainStep(batch: TfjsBatch, { step, learningRate }: { step: number; learningRate: number }): Awaitable<BatchSums> {
    const count = countExamples(batch.images, batch.shape);
    this.optimizer.learningRate = learningRate;
    return isQueued() ? this.#queueStep(batch, step, count) : this.#computeStep(batch, step, count);
  }

  /** Queues a step, and reads its loss and hits alone when all of it is queued. */
  async #queueStep(batch: TfjsBatch, step: number, count: number): Promise<BatchSums> {
    const held = this.#hold();
    let sums: Tensor | undefined;
    let updated = false;
    try {
      const gradients = tidy(() => {
        let gradients: NamedTensorMap = {};
        for (const part of microBatches(batch, this.microBatch)) {
          gradients = tidy(() => {
            const queued = this.#queueGradients(part, step, count);
            sums = addSums(sums, queued.sums);
            return added(gradients, queued.gradients);
          });
        }
        if (held.optimizer !== undefined) this.optimizer.applyGradients(gradients);
        return held.optimizer === undefined ? gradients : {};
      });
      const [loss, correct] = (await sums!.data<'float32'>()) as unknown as [number, number];
      if (Number.isFinite(loss) && !held.isBroken()) {
        if (held.optimizer === undefined) this.optimizer.applyGradients(gradients);
        updated = true;
      }
      dispose(gradients);
      return { count, loss, correct };
    } finally {
      sums?.dispose();
      if (updated) held.release();
      else held.restore();
    }
  }

  #queueGradients({ images, labels, shape, firstExample }: MicroBatch, step: number, count: number) {
    const place = firstExample === 0 ? { step } : { step, firstExample };
    const targetsOf = (logits: Tensor) => {
      const classes = this.#classes({ images, labels, shape }, logits.size);
      return tensor(smoothLabels(labels, classes, this.labelSmoothing), [shape[0]!, classes]);
    };
    const forward = () => this.#forward(images, shape, { training: true, ...place });
    return queuedGradients(forward, targetsOf, count, this.#variables);
  }

  /** Holds weights, buffers and the optimizer's state as they are: clones share their values until these get others. */
  #hold() {
    const held = this.#weights.map(({ weight }) => keep(weight.read().clone()));
    const optimizer = this.optimizer.holdState?.();
    const breaks = this.#breaks;
    const isBroken = () => breaks !== this.#breaks;
    const release = () => {
      dispose(held);
      optimizer?.release();
    };
    const restore = () => {
      // What was queued after a step that failed goes back with that step.
      if (isBroken()) return release();
      this.#breaks += 1;
      this.#weights.forEach(({ weight }, i) => void weight.write(held[i]!));
      dispose(held);
      optimizer?.restore();
    };
    return { optimizer, isBroken, release, restore };
  }

  #computeStep(batch: TfjsBatch, step: number, count: number): BatchSums {
    return tidy(() => {
      // Clones share their values with the variable until it gets others.
      const buffers = this.#buffers.map(({ weight }) => weight.read().clone());
      const sums = { count, loss: 0, correct: 0 };
      let gradients: NamedTensorMap = {};
      let updated = false;
      try {
        for (const part of microBatches(batch, this.microBatch)) {
          gradients = tidy(() => added(gradients, this.#gradients(part, { step, count, sums })));
          if (!Number.isFinite(sums.loss)) return sums;
        }
        this.optimizer.applyGradients(gradients);
        updated = true;
        return sums;
      } finally {
        if (!updated) this.#buffers.forEach(({ weight }, i) => void weight.write(buffers[i]!));
      }
    });
  }

  /**
   * Returns the gradients of a part's share in the mean loss over all examples of the batch; its loss and hits go to
   * `sums`.
   */
  #gradients(
    { images, labels, shape, firstExample }: MicroBatch,
    { step, count, sums }: { step: number; count: number; sums: BatchSums },
  ): NamedTensorMap {
    const place = firstExample === 0 ? { step } : { step, firstExample };
    // Logits are small ([200, 10]), and tfjs takes longer to start one kernel than the whole loss takes in plain loops: they
    // are read once.
    const dyOf = (y: Tensor) => {
      const logits = y.dataSync<'float32'>();
      const classes = this.#classes({ images, labels, shape }, logits.length);
      const targets = smoothLabels(labels, classes, this.labelSmoothing);
      const { loss, correct, probabilities } = softmaxCrossEntropy(logits, targets, classes);
      sums.loss += loss;
      sums.correct += correct;
      return tensor(softmaxCrossEntropyGradient(probabilities, targets, classes, count), y.shape);
    };
    const forward = () => this.#forward(images, shape, { training: true, ...place });
    return backpropagate(forward, dyOf, this.#variables);
  }

  /** Forward in evaluation mode, with the labels as they are; changes nothing. */
  evalStep(batch: TfjsBatch): Awaitable<BatchSums> {
    return once(this.classify(batch), ({ count, loss, correct }) => ({ count, loss, correct }));
  }

  /**
   * Works like `evalStep`, and also returns the class predicted for each example; `views` makes it test-time
   * augmentation.
   */
  classify(batch: TfjsBatch, options: ViewsOptions = {}): Awaitable<Classified> {
    const count = countExamples(batch.images, batch.shape);
    return once(this.#logits(batch.images, batch.shape, options), (logits) => ({
      count,
      ...softmaxCrossEntropy(logits, batch.labels, this.#classes(batch, logits.length)),
    }));
  }

  /**
   * Returns the probabilities of the classes in evaluation mode, [n, classes], row-major.
   *
   * @param images the inputs of n examples.
   * @param shape [n, ...].
   */
  predict(images: Float32Array, shape: readonly number[], options: ViewsOptions = {}): Awaitable<Float32Array> {
    return once(this.#logits(images, shape, options), (logits) =>
      softmax(logits, logits.length / countExamples(images, shape)),
    );
  }

  /**
   * Returns a copy of weights, buffers and the optimizer's state, in tfjs's layouts: `<layer>/<weight>`, `optimizer/…`.
   */
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

  /** Returns the logits of all views, averaged. */
  #logits(images: Float32Array, shape: readonly number[], { views = [] }: ViewsOptions): Awaitable<Float32Array> {
    const forward = (view: Float32Array) => this.#forward(view, shape, { training: false });
    const average = (all: Float32Array[]) => {
      if (all.length === 1) return all[0]!;
      return all[0]!.map((_, i) => all.reduce((sum, logits) => sum + logits[i]!, 0) / all.length);
    };
    const seen = [images, ...views];
    if (!isQueued()) return average(seen.map((view) => tidy(() => forward(view).dataSync<'float32'>())));
    return Promise.all(seen.map((view) => readAndDispose(tidy(() => forward(view))))).then(average);
  }

  #forward(
    images: Float32Array,
    shape: readonly number[],
    kwargs: { training: boolean; step?: number; firstExample?: number },
  ): Tensor {
    const count = countExamples(images, shape);
    const logits = this.model.apply(borrowTensor(images, shape), kwargs);
    if (!(logits instanceof Tensor) || logits.rank !== 2 || logits.shape[0] !== count) {
      const got = logits instanceof Tensor ? `shape [${logits.shape.join(', ')}]` : show(logits);
      throw new RangeError(`The model must give logits of shape [${count}, classes]; got ${got}.`);
    }
    return logits;
  }

  /** @param size of the logits. */
  #classes({ labels, shape }: TfjsBatch, size: number): number {
    const count = shape[0]!;
    const classes = size / count;
    if (!(labels instanceof Float32Array) || labels.length !== size) {
      throw new RangeError(
        `labels must be a Float32Array of [${count}, ${classes}], as the logits; got ${show(labels)} of length ${labels?.length}.`,
      );
    }
    return classes;
  }
}

/** Computes with a value, at once if it is there. */
function once<T, R>(value: Awaitable<T>, compute: (value: T) => R): Awaitable<R> {
  return value instanceof Promise ? value.then(compute) : compute(value);
}

async function readAndDispose(x: Tensor): Promise<Float32Array> {
  try {
    return await x.data<'float32'>();
  } finally {
    x.dispose();
  }
}

/** Sums of gradients by name; null for a variable that none depends on. */
function added(sums: NamedTensorMap, gradients: NamedTensorMap): NamedTensorMap {
  return Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]) => {
      const sum = sums[name];
      return [name, sum && gradient ? add(sum, gradient) : (sum ?? gradient)];
    }),
  ) as NamedTensorMap;
}
