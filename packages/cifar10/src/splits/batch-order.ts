import { RandomState, type RandomStateSnapshot } from '@cifarlab/numpy-random';
import { Cifar10Error } from '../errors.js';

/** Order of the training batches: the practical's, or a fresh permutation per epoch. */
export type BatchOrderName = 'course' | 'epoch';

/** The part of an order that is plain JSON. */
export interface BatchOrderValues {
  readonly batchOrder: BatchOrderName;
  readonly numExamples: number;
  /** Examples handed out since the current order was drawn. */
  readonly position: number;
  readonly epochsCompleted: number;
  /** `course`: the shared generator. */
  readonly rng?: RandomStateSnapshot;
  /** `epoch`: what the permutations are drawn from. */
  readonly seed?: number;
  readonly stream?: number;
}

/** The order of the examples and the position in it. */
export interface BatchOrder {
  readonly epochsCompleted: number;
  /** The current order: place -> index of the example in file order. */
  readonly indices: Int32Array;
  /** Indices of the next batch; a view, valid until the next call. */
  next(batchSize: number): Int32Array;
  values(): BatchOrderValues;
  /** Takes over a validated state. */
  restore(values: BatchOrderValues, indices: Int32Array): void;
}

/**
 * The practical's `DataSet.next_batch`: the first pass in file order; when fewer examples than a batch remain, they are
 * dropped and the current order is shuffled, `order[i] <- order[perm[i]]` with `perm` a shuffled `arange`, from the one
 * generator that also drew the weights.
 */
export class CourseOrder implements BatchOrder {
  readonly #numExamples: number;
  readonly #rng: RandomState;
  epochsCompleted = 0;
  indices: Int32Array;
  #position = 0;

  constructor(numExamples: number, rng: RandomState) {
    this.#numExamples = numExamples;
    this.#rng = rng;
    this.indices = Int32Array.from({ length: numExamples }, (_, i) => i);
  }

  next(batchSize: number): Int32Array {
    if (this.#position + batchSize > this.#numExamples) {
      const order = this.indices;
      this.indices = this.#rng.permutation(this.#numExamples).map((place) => order[place]!);
      this.epochsCompleted += 1;
      this.#position = 0;
    }
    const start = this.#position;
    this.#position += batchSize;
    return this.indices.subarray(start, this.#position);
  }

  values(): BatchOrderValues {
    return {
      batchOrder: 'course',
      numExamples: this.#numExamples,
      position: this.#position,
      epochsCompleted: this.epochsCompleted,
      rng: this.#rng.getState(),
    };
  }

  restore({ position, epochsCompleted, rng }: BatchOrderValues, indices: Int32Array): void {
    try {
      this.#rng.setState(rng!);
    } catch (error) {
      throw new Cifar10Error('INVALID_STATE', `The saved generator is not usable: ${(error as Error).message}`, {
        cause: error,
      });
    }
    this.indices = indices.slice();
    this.#position = position;
    this.epochsCompleted = epochsCompleted;
  }
}

/**
 * A fresh permutation per epoch, a function of (seed, stream, epoch) alone:
 * `np.random.RandomState([seed, stream, epoch]).permutation(n)`. The last batch of an epoch is smaller when the batch
 * size does not divide the number of examples.
 */
export class EpochOrder implements BatchOrder {
  readonly #numExamples: number;
  readonly #seed: number;
  readonly #stream: number;
  epochsCompleted = 0;
  #position = 0;
  #drawn: { epoch: number; indices: Int32Array } | undefined;

  constructor(numExamples: number, seed: number, stream: number) {
    this.#numExamples = numExamples;
    this.#seed = seed;
    this.#stream = stream;
  }

  get indices(): Int32Array {
    const epoch = this.epochsCompleted;
    if (this.#drawn?.epoch !== epoch) {
      this.#drawn = {
        epoch,
        indices: new RandomState([this.#seed, this.#stream, epoch]).permutation(this.#numExamples),
      };
    }
    return this.#drawn.indices;
  }

  next(batchSize: number): Int32Array {
    const start = this.#position;
    const end = Math.min(start + batchSize, this.#numExamples);
    const batch = this.indices.subarray(start, end);
    this.#position = end;
    if (end === this.#numExamples) {
      this.#position = 0;
      this.epochsCompleted += 1;
    }
    return batch;
  }

  values(): BatchOrderValues {
    return {
      batchOrder: 'epoch',
      numExamples: this.#numExamples,
      position: this.#position,
      epochsCompleted: this.epochsCompleted,
      seed: this.#seed,
      stream: this.#stream,
    };
  }

  restore(values: BatchOrderValues): void {
    if (values.seed !== this.#seed || values.stream !== this.#stream) {
      throw new Cifar10Error(
        'INVALID_STATE',
        `The saved order was drawn from seed ${values.seed}, stream ${values.stream}; this data set draws from seed ${this.#seed}, stream ${this.#stream}. Load the data with the seed it was saved with.`,
      );
    }
    this.#position = values.position;
    this.epochsCompleted = values.epochsCompleted;
  }
}
