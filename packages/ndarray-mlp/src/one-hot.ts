import { assertCount } from '@cifarlab/internals/checks';
import { type DType, type FloatNdArray, zeros } from './float-array.js';

/**
 * Class numbers as one-hot rows, the practical's `dense_to_one_hot`.
 *
 * @param classes S numbers from 0 to numClasses - 1.
 * @returns [S, numClasses] in `dtype` (default 'float64').
 * @throws RangeError on a number outside of that range.
 */
export function oneHot(classes: ArrayLike<number>, numClasses: number, dtype: DType = 'float64'): FloatNdArray {
  assertCount('oneHot: numClasses', numClasses);
  const rows = zeros([classes.length, numClasses], dtype);
  for (let s = 0; s < classes.length; s++) {
    const c = classes[s]!;
    if (!(Number.isInteger(c) && c >= 0 && c < numClasses)) {
      throw new RangeError(`oneHot: class ${c} at position ${s} is not a whole number from 0 to ${numClasses - 1}.`);
    }
    rows.set(s, c, 1);
  }
  return rows;
}
