import { show } from '@cifarlab/internals/show';
import ndarray, { type NdArray } from 'ndarray';
import { argmax, correctCount } from './accuracy.js';
import { requireFloat } from './checks.js';
import { CrossEntropy } from './cross-entropy.js';
import { assign, type FloatNdArray, isContiguous, zeros } from './float-array.js';
import type { MLP } from './mlp.js';
import type { Loss, Mode } from './module.js';
import { type NamedArrays, requireFit, restore, snapshot } from './named-arrays.js';
import { SGD, type SgdOptions } from './sgd.js';
import { softmaxRows } from './soft-max.js';
import { SoftMaxCrossEntropy } from './soft-max-cross-entropy.js';

/** Samples and their one-hot labels, such as a batch of CIFAR-10: float32 or float64, converted where needed. */
export interface MlpBatch {
  /** Inputs, [S, ...], with nInputs numbers per sample in any shape, such as [S, 3, 32, 32]. */
  images: NdArray;
  /** [S, numClasses], one-hot. */
  labels: NdArray;
}

/** Sums over a batch of `count` samples: those of several batches add up to exact means. */
export interface MlpSums {
  /** Samples in the batch. */
  count: number;
  /** Sum of the samples' losses. */
  loss: number;
  /** Samples classified correctly. */
  correct: number;
}

/** Everything that training continues from: arrays for a .safetensors file, values for JSON. */
export interface MlpState {
  /** Weights and buffers as in `MLP.toState()`, and with momentum `sgd.velocity.<parameter>`. */
  arrays: Record<string, { shape: number[]; data: Float32Array | Float64Array }>;
  /** The options that weights of one shape can differ in. */
  values: { model: { activation: string; negativeSlope: number; norm: string } };
}

/** A state as it comes back from a file; it is checked in full before anything changes. */
export interface SavedMlpState {
  /** Arrays as in {@link MlpState.arrays}. */
  readonly arrays: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: ArrayBufferView }>>;
  /** Values as in {@link MlpState.values}. */
  readonly values: Readonly<Record<string, unknown>>;
}

const VELOCITY = 'sgd.velocity.';
/** Samples that are evaluated at a time: what is computed of them stays in the processor's cache, and memory is bounded. */
const EVALUATION_BLOCK = 500;

/**
 * An MLP with its loss and its optimizer: what a training loop needs, in numbers only.
 *
 * The loss is the one that belongs to the model's output: `SoftMaxCrossEntropy` for logits, `CrossEntropy` for
 * probabilities.
 */
export class MlpLearner {
  /** The network, trained in place. */
  readonly model: MLP;
  /** Updates the network in every `trainStep`. */
  readonly optimizer: SGD;
  readonly #loss: Loss;
  /** Buffer for samples of another dtype, which are converted; as large as the largest batch so far. */
  #samples: FloatNdArray['data'];

  /** @throws RangeError as `SGD` does. */
  constructor(model: MLP, options: SgdOptions = {}) {
    this.model = model;
    this.optimizer = new SGD(model, options);
    this.#loss = model.config.output === 'logits' ? new SoftMaxCrossEntropy() : new CrossEntropy();
    this.#samples = zeros([0], model.config.dtype).data;
  }

  /**
   * Forward, backward and one update.
   *
   * If the loss is not finite, the model stays unchanged, so that the caller can stop with a usable one.
   *
   * @returns the sums before the update.
   * @throws TypeError or RangeError on a batch or a learning rate that does not fit; nothing is updated then.
   */
  trainStep(batch: MlpBatch, { learningRate }: { learningRate: number }): MlpSums {
    const buffers = snapshot(this.model.buffers);
    let updated = false;
    try {
      const { out, labels, sums } = this.#evaluate(batch, 'training');
      if (Number.isFinite(sums.loss)) {
        this.model.backwardParams(this.#loss.backward(out, labels));
        this.optimizer.step(learningRate);
        updated = true;
      }
      return sums;
    } finally {
      // The forward pass moved the running statistics; a batch that is not learned from must not count.
      if (!updated) restore(this.model.buffers, buffers);
    }
  }

  /**
   * Forward in evaluation mode, block by block regardless of the size of the batch; changes nothing.
   *
   * @throws TypeError or RangeError on a batch that does not fit.
   */
  evalStep(batch: MlpBatch): MlpSums {
    return this.#evaluateBlocks(batch, () => {});
  }

  /**
   * Works like `evalStep`, and also returns the network's result for each of the S samples: `predicted`, of length S,
   * holds the class of the largest output, or numClasses, which is not a class, where an output is NaN;
   * `probabilities`, [S, numClasses] in row-major order, those of the classes.
   */
  classify(batch: MlpBatch): MlpSums & { predicted: Int32Array; probabilities: Float32Array } {
    const { numClasses, output } = this.model.config;
    const S = batch.images.shape[0]!;
    const predicted = new Int32Array(S);
    const probabilities = new Float32Array(S * numClasses);
    const sums = this.#evaluateBlocks(batch, (out, from) => {
      predicted.set(argmax(out).data, from);
      probabilities.set((output === 'logits' ? softmaxRows(out) : out).data, from * numClasses);
    });
    return { ...sums, predicted, probabilities };
  }

  /**
   * Returns the probabilities of the classes, [S, numClasses], in evaluation mode.
   *
   * @param images [S, ...], as in a batch.
   * @throws TypeError unless they are float; RangeError on another number of features.
   */
  predict(images: NdArray): FloatNdArray {
    requireFloat(images, 'images');
    return this.model.predict(this.#flatten(images));
  }

  /** Evaluates the batch in blocks of consecutive samples; `visit` sees the outputs of each, and where it starts. */
  #evaluateBlocks({ images, labels }: MlpBatch, visit: (out: FloatNdArray, from: number) => void): MlpSums {
    const S = images.shape[0]!;
    if (labels.shape[0] !== S) {
      throw new RangeError(`labels have shape ${show(labels.shape)}, but there are ${S} images; give a row for each.`);
    }
    const total = { count: 0, loss: 0, correct: 0 };
    do {
      const from = total.count;
      const rows = Math.min(EVALUATION_BLOCK, S - from);
      const block = { images: images.lo(from).hi(rows), labels: labels.lo(from).hi(rows) };
      const { out, sums } = this.#evaluate(block, 'evaluation');
      visit(out, from);
      total.count += rows;
      total.loss += sums.loss;
      total.correct += sums.correct;
    } while (total.count < S);
    return total;
  }

  #evaluate(batch: MlpBatch, mode: Mode): { out: FloatNdArray; labels: FloatNdArray; sums: MlpSums } {
    const { dtype } = this.model.config;
    requireFloat(batch.images, 'images');
    requireFloat(batch.labels, 'labels');
    const labels = zeros(batch.labels.shape, dtype);
    assign(labels, batch.labels);
    const out = this.model.forward(this.#flatten(batch.images), mode);
    const count = out.shape[0]!;
    const sums = { count, loss: this.#loss.forward(out, labels) * count, correct: correctCount(out, labels) };
    return { out, labels, sums };
  }

  /** [S, ...] -> [S, nInputs] in the dtype of the model; without a copy if possible. */
  #flatten(images: FloatNdArray): FloatNdArray {
    const { dtype, nInputs } = this.model.config;
    const S = images.shape[0]!;
    if (images.size !== S * nInputs) {
      throw new RangeError(
        `images have shape ${show(images.shape)}, but the model needs ${nInputs} numbers for each of the ${S} samples.`,
      );
    }
    const contiguous = isContiguous(images);
    if (contiguous && images.dtype === dtype) return ndarray(images.data, [S, nInputs], undefined, images.offset);
    if (this.#samples.length < images.size) this.#samples = zeros([images.size], dtype).data;
    if (contiguous) this.#samples.set(images.data.subarray(images.offset, images.offset + images.size));
    else assign(ndarray(this.#samples, images.shape), images);
    return ndarray(this.#samples, [S, nInputs]);
  }

  /** Returns a copy of the weights, buffers and velocities. */
  saveState(): MlpState {
    const { activation, negativeSlope, norm } = this.model.config;
    const velocity = Object.entries(this.optimizer.toState()).map(([name, v]) => [VELOCITY + name, v] as const);
    const arrays = [...Object.entries(this.model.toState()), ...velocity];
    return {
      arrays: Object.fromEntries(arrays.map(([name, { shape, data }]) => [name, { shape, data }])),
      values: { model: { activation, negativeSlope, norm } },
    };
  }

  /**
   * Takes over a `saveState()`; when any part does not fit, nothing is.
   *
   * @throws RangeError naming the first array or setting that does not fit.
   */
  loadState(state: SavedMlpState): void {
    const { activation, negativeSlope, norm } = this.model.config;
    const saved = savedModel(state);
    for (const [name, here] of Object.entries({ activation, negativeSlope, norm })) {
      if (saved[name] === undefined) {
        throw new RangeError(
          `the state does not say which ${name} it was saved with, and the model has ${here}; ` +
            `weights from elsewhere go into the model itself, by model.loadState(arrays).`,
        );
      }
      if (saved[name] !== here) {
        throw new RangeError(
          `the state was saved with ${name} ${typeof saved[name] === 'string' ? saved[name] : show(saved[name])}, but the model has ${here}; make it with that ${name}.`,
        );
      }
    }
    const weights: Record<string, NdArray> = {};
    const velocity: Record<string, NdArray> = {};
    for (const [name, { shape, data }] of Object.entries(state.arrays)) {
      const size = shape.reduce((product, n) => product * n, 1);
      if (!(data instanceof Float32Array || data instanceof Float64Array) || data.length !== size) {
        throw new RangeError(`the state's array '${name}' is not ${size} floats, as its shape ${show(shape)} says.`);
      }
      if (name.startsWith(VELOCITY)) velocity[name.slice(VELOCITY.length)] = ndarray(data, [...shape]);
      else weights[name] = ndarray(data, [...shape]);
    }
    requireFit(this.optimizer.toState(), velocity as NamedArrays, 'SGD');
    this.model.loadState(weights);
    this.optimizer.loadState(velocity);
  }
}

/** Returns the description, in a state, of the model that it was saved from. */
function savedModel(state: SavedMlpState): Readonly<Record<string, unknown>> {
  if (typeof state?.arrays !== 'object' || state.arrays === null || typeof state.values !== 'object') {
    throw new TypeError(`a state is ${show(state)}, but { arrays, values } as saveState() gives them are needed.`);
  }
  const model = state.values?.model;
  return typeof model === 'object' && model !== null ? (model as Record<string, unknown>) : {};
}
