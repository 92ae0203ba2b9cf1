import type { BatchSource, EvalSource, State } from '../../src/index.js';

export interface Example {
  x: Float64Array;
  label: number;
}
export type Batch = readonly Example[];

export const FEATURES = 4;
export const CLASSES = 3;

/** Returns overlapping clusters, one for each class: the same ones for the same seed. */
export function clusters(count: number, seed: number): Example[] {
  const random = new Lcg(seed);
  return Array.from({ length: count }, (_, i) => {
    const label = i % CLASSES;
    const x = Float64Array.from({ length: FEATURES }, (_, j) => {
      const noise = random.next() + random.next() + random.next() - 1.5;
      return j === FEATURES - 1 ? 1 : noise + (j === label ? 0.7 : 0);
    });
    return { x, label };
  });
}

/** Makes one pass in order, the smaller last batch included. */
export function inOrder(examples: readonly Example[], size: number): EvalSource<Batch> {
  return function* () {
    for (let at = 0; at < examples.length; at += size) yield examples.slice(at, at + size);
  };
}

/** Batches in the manner of the practical: when fewer than a batch remain, shuffle the current order and start over. */
export class ShuffledBatches implements BatchSource<Batch> {
  readonly #examples: readonly Example[];
  readonly #size: number;
  #random: Lcg;
  #order: Int32Array;
  #position = 0;

  constructor(examples: readonly Example[], size: number, seed = 1) {
    this.#examples = examples;
    this.#size = size;
    this.#random = new Lcg(seed);
    this.#order = Int32Array.from(examples, (_, i) => i);
  }

  next(): Batch {
    if (this.#position + this.#size > this.#order.length) {
      for (let i = this.#order.length - 1; i > 0; i--) {
        const j = Math.floor(this.#random.next() * (i + 1));
        [this.#order[i], this.#order[j]] = [this.#order[j]!, this.#order[i]!];
      }
      this.#position = 0;
    }
    const batch = this.#order.subarray(this.#position, this.#position + this.#size);
    this.#position += this.#size;
    return Array.from(batch, (i) => this.#examples[i]!);
  }

  saveState(): State {
    return {
      arrays: { order: { shape: [this.#order.length], data: this.#order.slice() } },
      values: { position: this.#position, random: this.#random.state },
    };
  }

  loadState({ arrays, values }: State): void {
    this.#order = (arrays.order!.data as Int32Array).slice();
    this.#position = values.position as number;
    this.#random = new Lcg(values.random as number);
  }
}

/** A small linear congruential generator (Numerical Recipes). */
class Lcg {
  constructor(public state: number) {}

  next(): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return this.state / 2 ** 32;
  }
}
