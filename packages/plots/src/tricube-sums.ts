import { windowAt } from './window.js';

/** Degree of the tricube as a polynomial in the distance. */
const DEGREE = 9;

/** For each index i, sums over the window's indices j before it, with the weights w and u = (i - j) / (r + 1). */
export interface TricubeSums {
  /** Of w. */
  readonly w: Float64Array;
  /** Of w u. */
  readonly wd: Float64Array;
  /** Of w u^2. */
  readonly wdd: Float64Array;
  /** Of w times the value. */
  readonly wv: Float64Array;
  /** Of w u times the value. */
  readonly wdv: Float64Array;
}

/**
 * Sums with tricube weights over the part of each index's window that lies before it (see `windowAt`), in linear time.
 *
 * The tricube is a polynomial, so that its sum over any values follows from their power sums about a nearby index, the
 * anchor. Every window contains an anchor, from which power sums run to both of the window's ends; they only ever grow by
 * a term. Nothing is subtracted, and nothing outside a window takes part in its sums, so that the error stays one of
 * rounding and a single huge value does not spread.
 *
 * @param values with 0 in the gaps
 * @param present 1 where there is a value, 0 in the gaps
 * @param half at least 1
 */
export function precedingSums(values: Float64Array, present: Float64Array, half: number): TricubeSums {
  const { length } = values;
  const sums = new Accumulator(values, present, Math.min(half, length) + 1);
  const reach = (i: number) => {
    const { first, last } = windowAt(i, length, half);
    return Math.max(i - first, last - i) + 1;
  };
  // At the two ends, all windows begin at the same index.
  const inner = { from: Math.min(half, length), to: Math.max(Math.min(half, length), length - half) };
  sums.upwards(0, 0, inner.from, reach);
  for (let anchor = inner.from; anchor < inner.to; anchor += half) {
    const end = Math.min(anchor + half, inner.to);
    sums.upwards(anchor, anchor, end, reach);
    sums.downwards(anchor, end, half, reach);
  }
  sums.upwards(windowAt(length - 1, length, half).first, inner.to, length, reach);
  return sums;
}

/** Adds what power sums about an anchor contribute to the sums of the indices after it. */
class Accumulator implements TricubeSums {
  readonly w: Float64Array;
  readonly wd: Float64Array;
  readonly wdd: Float64Array;
  readonly wv: Float64Array;
  readonly wdv: Float64Array;
  readonly #values: Float64Array;
  readonly #present: Float64Array;
  /** Distances are in this unit within power sums, so that no power is large. */
  readonly #unit: number;
  /** Sums of powers 0 … of the distances from the anchor, and of these times the values. */
  readonly #ofPresent = new Float64Array(DEGREE + 3);
  readonly #ofValues = new Float64Array(DEGREE + 2);
  readonly #coefficients = new Float64Array(DEGREE + 1);

  constructor(values: Float64Array, present: Float64Array, unit: number) {
    const { length } = values;
    this.#values = values;
    this.#present = present;
    this.#unit = unit;
    this.w = new Float64Array(length);
    this.wd = new Float64Array(length);
    this.wdd = new Float64Array(length);
    this.wv = new Float64Array(length);
    this.wdv = new Float64Array(length);
  }

  /** For the indices from … to - 1: the values at anchor … i - 1. */
  upwards(anchor: number, from: number, to: number, reach: (i: number) => number): void {
    this.#clear();
    for (let i = anchor; i < to; i++) {
      if (i >= from) this.#contribute(i, anchor, reach(i));
      this.#include(i, anchor);
    }
  }

  /** For the indices anchor … to - 1: the values at i - half … anchor - 1. */
  downwards(anchor: number, to: number, half: number, reach: (i: number) => number): void {
    this.#clear();
    for (let j = anchor - 1; j >= anchor - half; j--) {
      this.#include(j, anchor);
      if (j + half < to) this.#contribute(j + half, anchor, reach(j + half));
    }
  }

  #clear(): void {
    this.#ofPresent.fill(0);
    this.#ofValues.fill(0);
  }

  #include(j: number, anchor: number): void {
    if (this.#present[j] === 0) return;
    const distance = (anchor - j) / this.#unit;
    const value = this.#values[j]!;
    let power = 1;
    for (let m = 0; m < DEGREE + 2; m++) {
      this.#ofPresent[m]! += power;
      this.#ofValues[m]! += power * value;
      power *= distance;
    }
    this.#ofPresent[DEGREE + 2]! += power;
  }

  /** With u = y + z, y the distance from i to the anchor and z the one from there to j, both over the reach. */
  #contribute(i: number, anchor: number, reach: number): void {
    const y = (i - anchor) / reach;
    const ratio = this.#unit / reach;
    expandTricube(y, this.#coefficients);
    let [p, pz, pzz, v, vz] = [0, 0, 0, 0, 0];
    let power = 1;
    for (let m = 0; m <= DEGREE; m++) {
      const coefficient = this.#coefficients[m]! * power;
      p += coefficient * this.#ofPresent[m]!;
      pz += coefficient * this.#ofPresent[m + 1]!;
      pzz += coefficient * this.#ofPresent[m + 2]!;
      v += coefficient * this.#ofValues[m]!;
      vz += coefficient * this.#ofValues[m + 1]!;
      power *= ratio;
    }
    pz *= ratio;
    pzz *= ratio * ratio;
    this.w[i]! += p;
    this.wd[i]! += y * p + pz;
    this.wdd[i]! += y * y * p + 2 * y * pz + pzz;
    this.wv[i]! += v;
    this.wdv[i]! += y * v + ratio * vz;
  }
}

/** Coefficients of (1 - (y + z)^3)^3 = 1 - 3 (y + z)^3 + 3 (y + z)^6 - (y + z)^9 by the power of z. */
function expandTricube(y: number, coefficients: Float64Array): void {
  const y2 = y * y;
  const y3 = y2 * y;
  const y6 = y3 * y3;
  coefficients[0] = 1 - 3 * y3 + 3 * y6 - y6 * y3;
  coefficients[1] = -9 * y2 * (1 - 2 * y3 + y6);
  coefficients[2] = -9 * y * (1 - 5 * y3 + 4 * y6);
  coefficients[3] = -3 + 60 * y3 - 84 * y6;
  coefficients[4] = y2 * (45 - 126 * y3);
  coefficients[5] = y * (18 - 126 * y3);
  coefficients[6] = 3 - 84 * y3;
  coefficients[7] = -36 * y2;
  coefficients[8] = -9 * y;
  coefficients[9] = -1;
}
