import { assertCount } from '@cifarlab/internals/checks';
import { type DType, type FloatNdArray, zeros } from './float-array.js';

/**
 * Class numbers as one-hot rows, the practical's `dense_to_one_hot`.
 *
 * @param classes S numbers from 0 to nClasses - 1.
 * @returns [S, nClasses] in `dtype` (default 'float64').
 * @throws RangeError on a number outside of that range.
 */
export function oneHot(classes: ArrayLike<number>, nClasses: number, dtype: DType = 'float64'): FloatNdArray {
  assertCount('oneHot: nClasses', nClasses);
  const rows = zeros([classes.length, nClasses], dtype);
  for (let s = 0; s < classes.length; s++) {
    const c = classes[s]!;
    if (!(Number.isInteger(c) && c >= 0 && c < nClasses)) {
      throw new RangeError(`oneHot: class ${c} at position ${s} is not a whole number from 0 to ${nClasses - 1}.`);
    }
    rows.set(s, c, 1);
  }
  return rows;
}
