import { windowAt } from './window.js';

/** Degree of the tricube as a polynomial in the distance. */
const DEGREE = 9;

/**
 * Sums, for each index i that is asked for, over the window's indices j before it, with the weights w and u = (i - j) /
 * (r + 1).
 */
export interface TricubeSums {
  /** Sum of w. */
  readonly w: Float64Array;
  /** Sum of w u. */
  readonly wd: Float64Array;
  /** Sum of w u^2. */
  readonly wdd: Float64Array;
  /** Sum of w times the value. */
  readonly wv: Float64Array;
  /** Sum of w u times the value. */
  readonly wdv: Float64Array;
}

/**
 * Sums with tricube weights over the part of an index's window that lies before it (see `windowAt`), in linear time.
 *
 * The tricube is a polynomial, so that its sum over any values follows from their power sums about a nearby index, the
 * anchor. Every window contains an anchor, from which power sums run to both of the window's ends; they only ever grow by
 * a term. Nothing is subtracted, and nothing outside a window takes part in its sums, so that the error stays one of
 * rounding and a single huge value does not spread.
 *
 * @param values with NaN in the gaps
 * @param half at least 1
 * @param indices those asked for, in ascending order
 */
export function precedingSums(values: Float64Array, half: number, indices: Int32Array): TricubeSums {
  const { length } = values;
  const sums = new Accumulator(values, half, indices);
  let next = 0;
  const takeBefore = (end: number): Places => {
    const from = next;
    while (next < indices.length && indices[next]! < end) next++;
    return { from, to: next };
  };
  // At the two ends, all windows begin at the same index.
  const inner = { from: Math.min(half, length), to: Math.max(Math.min(half, length), length - half) };
  sums.upwards(0, takeBefore(inner.from));
  for (let anchor = inner.from; anchor < inner.to; anchor += half) {
    const places = takeBefore(Math.min(anchor + half, inner.to));
    sums.upwards(anchor, places);
    sums.downwards(anchor, places);
  }
  sums.upwards(windowAt(length - 1, length, half).first, takeBefore(length));
  return sums;
}

/** Neighbours among the indices asked for, by their places there: from … to - 1. */
interface Places {
  readonly from: number;
  readonly to: number;
}

/** Adds what power sums about an anchor contribute to the sums of the indices after it. */
class Accumulator implements TricubeSums {
  readonly w: Float64Array;
  readonly wd: Float64Array;
  readonly wdd: Float64Array;
  readonly wv: Float64Array;
  readonly wdv: Float64Array;
  readonly #values: Float64Array;
  readonly #half: number;
  readonly #indices: Int32Array;
  /** Distances are in this unit within power sums, so that no power is large. */
  readonly #unit: number;
  /** Sums of powers 0 … of the distances from the anchor, and of these times the values. */
  readonly #ofPresent = new Float64Array(DEGREE + 3);
  readonly #ofValues = new Float64Array(DEGREE + 2);
  readonly #coefficients = new Float64Array(DEGREE + 1);

  constructor(values: Float64Array, half: number, indices: Int32Array) {
    this.#values = values;
    this.#half = half;
    this.#indices = indices;
    this.#unit = Math.min(half, values.length) + 1;
    const { length } = indices;
    this.w = new Float64Array(length);
    this.wd = new Float64Array(length);
    this.wdd = new Float64Array(length);
    this.wv = new Float64Array(length);
    this.wdv = new Float64Array(length);
  }

  /** Adds the values at anchor … i - 1, for the indices i at these places. */
  upwards(anchor: number, { from, to }: Places): void {
    this.#clear();
    let j = anchor;
    for (let place = from; place < to; place++) {
      const i = this.#indices[place]!;
      for (; j < i; j++) this.#include(j, anchor);
      this.#contribute(place, anchor);
    }
  }

  /** Adds the values at i - half … anchor - 1, for the indices i at these places. */
  downwards(anchor: number, { from, to }: Places): void {
    this.#clear();
    let j = anchor - 1;
    for (let place = to - 1; place >= from; place--) {
      const first = this.#indices[place]! - this.#half;
      for (; j >= first; j--) this.#include(j, anchor);
      this.#contribute(place, anchor);
    }
  }

  #clear(): void {
    this.#ofPresent.fill(0);
    this.#ofValues.fill(0);
  }

  #include(j: number, anchor: number): void {
    const value = this.#values[j]!;
    if (Number.isNaN(value)) return;
    const ofPresent = this.#ofPresent;
    const ofValues = this.#ofValues;
    const distance = (anchor - j) / this.#unit;
    let power = 1;
    for (let m = 0; m < DEGREE + 2; m++) {
      ofPresent[m]! += power;
      ofValues[m]! += power * value;
      power *= distance;
    }
    ofPresent[DEGREE + 2]! += power;
  }

  /** With u = y + z, y the distance from i to the anchor and z the one from there to j, both over the reach. */
  #contribute(place: number, anchor: number): void {
    const i = this.#indices[place]!;
    const { first, last } = windowAt(i, this.#values.length, this.#half);
    const reach = Math.max(i - first, last - i) + 1;
    const y = (i - anchor) / reach;
    const ratio = this.#unit / reach;
    const ofPresent = this.#ofPresent;
    const ofValues = this.#ofValues;
    const coefficients = this.#coefficients;
    expandTricube(y, coefficients);
    let p = 0;
    let pz = 0;
    let pzz = 0;
    let v = 0;
    let vz = 0;
    let power = 1;
    for (let m = 0; m <= DEGREE; m++) {
      const coefficient = coefficients[m]! * power;
      p += coefficient * ofPresent[m]!;
      pz += coefficient * ofPresent[m + 1]!;
      pzz += coefficient * ofPresent[m + 2]!;
      v += coefficient * ofValues[m]!;
      vz += coefficient * ofValues[m + 1]!;
      power *= ratio;
    }
    pz *= ratio;
    pzz *= ratio * ratio;
    this.w[place]! += p;
    this.wd[place]! += y * p + pz;
    this.wdd[place]! += y * y * p + 2 * y * pz + pzz;
    this.wv[place]! += v;
    this.wdv[place]! += y * v + ratio * vz;
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
