import type { CurveColumns } from '../protocol.js';

/** Lowest, highest and sum of some values. */
interface Extent {
  low: number;
  high: number;
  sum: number;
}

/** The points of some consecutive steps. */
interface Bucket {
  /** Its place: steps `key * width + 1` to `(key + 1) * width`. */
  key: number;
  first: number;
  last: number;
  count: number;
  loss: Extent;
  accuracy: Extent;
  /** Version of the series at the bucket's last change. */
  version: number;
}

/** Buckets that a series has at most: a screen has about as many columns for it. */
const MOST_BUCKETS = 512;

/**
 * Loss and accuracy over the steps, in a memory that does not grow with them: each bucket holds mean, lowest and highest
 * value of consecutive steps, and when there are too many buckets, two neighbours become one. Spikes stay visible.
 */
export class BucketSeries {
  #buckets: Bucket[] = [];
  #width = 1;
  #version = 0;

  /** Grows with each change. */
  get version(): number {
    return this.#version;
  }

  /** Steps in a bucket. */
  get width(): number {
    return this.#width;
  }

  /** Adds a point. Steps come in order, except in files that somebody has edited. */
  add(step: number, loss: number, accuracy: number): void {
    this.#version += 1;
    const key = Math.floor((step - 1) / this.#width);
    const index = this.#placeOf(key);
    const there = this.#buckets[index];
    if (there?.key === key) this.#join(index, pointAt(key, step, loss, accuracy));
    else this.#buckets.splice(index, 0, pointAt(key, step, loss, accuracy));
    this.#changeFrom(index);
    while (this.#buckets.length > MOST_BUCKETS) this.#halve();
  }

  /**
   * Returns what has changed since a version: everything from the first bucket that has.
   *
   * @returns undefined where nothing has.
   */
  since(version: number): { from: number; columns: CurveColumns } | undefined {
    if (version === this.#version) return undefined;
    let from = this.#buckets.length;
    while (from > 0 && this.#buckets[from - 1]!.version > version) from--;
    return { from, columns: columnsOf(this.#buckets.slice(from)) };
  }

  /** Returns at most so many points of the means. */
  thinned(most: number): CurveColumns {
    return columnsOf(thinnedBuckets(this.#buckets, most));
  }

  /**
   * Returns at most so many points of some steps.
   *
   * @param from the first of them. @param to the last of them.
   * @returns undefined where the steps themselves would give more points than are kept of them here.
   */
  between(from: number, to: number, most: number): CurveColumns | undefined {
    const inside = this.#buckets.filter(({ first, last }) => last >= from && first <= to);
    const isWhole = inside.every(({ count }) => count === 1);
    return isWhole || inside.length > most ? columnsOf(thinnedBuckets(inside, most)) : undefined;
  }

  /** The index of the bucket with this key, or where it would be. */
  #placeOf(key: number): number {
    let index = this.#buckets.length;
    while (index > 0 && this.#buckets[index - 1]!.key >= key) index--;
    return index;
  }

  #join(index: number, point: Bucket): void {
    this.#buckets[index] = joined(this.#buckets[index]!, point);
  }

  #changeFrom(index: number): void {
    for (let i = index; i < this.#buckets.length; i++) this.#buckets[i]!.version = this.#version;
  }

  #halve(): void {
    this.#width *= 2;
    const halved: Bucket[] = [];
    for (const bucket of this.#buckets) {
      const key = Math.floor((bucket.first - 1) / this.#width);
      const last = halved.at(-1);
      if (last?.key === key) halved[halved.length - 1] = joined(last, bucket);
      else halved.push({ ...bucket, key });
    }
    this.#buckets = halved;
    this.#changeFrom(0);
  }
}

function pointAt(key: number, step: number, loss: number, accuracy: number): Bucket {
  const extentOf = (value: number): Extent => ({ low: value, high: value, sum: value });
  return { key, first: step, last: step, count: 1, loss: extentOf(loss), accuracy: extentOf(accuracy), version: 0 };
}

function joined(a: Bucket, b: Bucket): Bucket {
  return {
    key: a.key,
    first: Math.min(a.first, b.first),
    last: Math.max(a.last, b.last),
    count: a.count + b.count,
    loss: joinedExtent(a.loss, b.loss),
    accuracy: joinedExtent(a.accuracy, b.accuracy),
    version: Math.max(a.version, b.version),
  };
}

function joinedExtent(a: Extent, b: Extent): Extent {
  return { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high), sum: a.sum + b.sum };
}

function thinnedBuckets(buckets: readonly Bucket[], most: number): Bucket[] {
  const size = Math.ceil(buckets.length / most);
  const thin: Bucket[] = [];
  for (let i = 0; i < buckets.length; i += size) thin.push(buckets.slice(i, i + size).reduce(joined));
  return thin;
}

function columnsOf(buckets: readonly Bucket[]): CurveColumns {
  const column = (value: (bucket: Bucket) => number) => buckets.map((bucket) => shortened(value(bucket)));
  return {
    step: buckets.map(({ first, last }) => (first + last) / 2),
    loss: column(({ loss, count }) => loss.sum / count),
    lossLow: column(({ loss }) => loss.low),
    lossHigh: column(({ loss }) => loss.high),
    accuracy: column(({ accuracy, count }) => accuracy.sum / count),
    accuracyLow: column(({ accuracy }) => accuracy.low),
    accuracyHigh: column(({ accuracy }) => accuracy.high),
  };
}

/** Rounds a value to more digits than a screen can show, and few enough to send. */
function shortened(value: number): number {
  return Number(value.toPrecision(6));
}
