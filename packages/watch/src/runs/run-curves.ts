import type { MetricsLine } from '@cifarlab/trainer/node';
import type { CurveName, Score } from '../protocol.js';
import { BucketSeries } from './bucket-series.js';

/** The curves of a run, with its latest and its best numbers. */
export class RunCurves {
  readonly #series: Record<CurveName, BucketSeries> = {
    train: new BucketSeries(),
    validation: new BucketSeries(),
    test: new BucketSeries(),
  };
  readonly #latest: Partial<Record<CurveName, Score>> = {};
  #best: Score | null = null;
  #step = 0;

  /** Takes a line of the metrics file. */
  add(line: MetricsLine): void {
    const name: CurveName = line.event === 'train' ? 'train' : line.split;
    const { step, loss, accuracy } = line;
    this.#series[name].add(step, loss, accuracy);
    this.#latest[name] = { step, loss, accuracy };
    this.#step = Math.max(this.#step, step);
    if (name === 'validation' && !(this.#best !== null && this.#best.accuracy >= accuracy)) {
      this.#best = { step, loss, accuracy };
    }
  }

  /** Steps done. */
  get step(): number {
    return this.#step;
  }

  /** The latest numbers of each curve. */
  get latest(): Readonly<Partial<Record<CurveName, Score>>> {
    return this.#latest;
  }

  /** The best evaluation of the validation images: of several with the same accuracy, the first. */
  get best(): Score | null {
    return this.#best;
  }

  /** One of the curves. */
  series(name: CurveName): BucketSeries {
    return this.#series[name];
  }
}

/** All of them. */
export const curveNames: readonly CurveName[] = ['train', 'validation', 'test'];
