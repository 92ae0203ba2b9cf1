import { CrossEntropy, type FloatNdArray, type Loss, SoftMaxCrossEntropy } from '@cifarlab/ndarray-mlp';
import type { RandomState } from '@cifarlab/numpy-random';
import { cast, fromValues, scaled } from '../arrays.js';
import { FUNCTION_ROUNDINGS, type NdarrayCase } from '../gradient-case.js';
import { between, normals, oneHotRows } from '../random-arrays.js';

/** Losses, under one-hot targets and, every second time, under targets that are distributions. */
export const lossCases: readonly NdarrayCase[] = [
  lossCase('cross-entropy', new CrossEntropy(), distributions),
  lossCase('softmax-cross-entropy', new SoftMaxCrossEntropy(), (rng, rows, classes) => normals(rng, [rows, classes])),
];

function lossCase(
  layer: string,
  loss: Loss,
  predictions: (rng: RandomState, rows: number, classes: number) => FloatNdArray,
): NdarrayCase {
  return {
    library: 'ndarray',
    layer,
    code: 'ndarray-mlp',
    draw(rng, round) {
      const [rows, classes] = [between(rng, 1, 6), between(rng, 2, 8)];
      const targets = (round % 2 === 0 ? oneHotRows : distributions)(rng, rows, classes);
      return {
        inputs: { x: predictions(rng, rows, classes) },
        create: (dtype) => ({
          value: ({ x }) => loss.forward(x!, cast(targets, dtype)),
          gradient: ({ x }, dout) => ({ x: scaled(loss.backward(x!, cast(targets, dtype)), dout.data[0]!) }),
        }),
        others: [targets],
        roundings: classes + 3 * FUNCTION_ROUNDINGS,
      };
    },
  };
}

/**
 * Rows of probabilities in 64ths: they add up to 1 exactly in either precision, which the gradient of the fused loss takes
 * for granted, and none is so small that its logarithm bends within the step of a central difference.
 */
function distributions(rng: RandomState, rows: number, classes: number): FloatNdArray {
  const values = new Float64Array(rows * classes).fill(4 / 64);
  for (let row = 0; row < rows; row++) {
    for (let i = 4 * classes; i < 64; i++) values[row * classes + rng.randint(0, classes)]! += 1 / 64;
  }
  return fromValues(values, [rows, classes]);
}
