import test from 'node:test';
import { RandomState } from '@cifarlab/numpy-random';
import { Linear } from '../src/linear.js';
import { array, assertClose, assertGradients, randn, randomParams } from './checks.js';

const rng = () => new RandomState(42);

test('Linear.forward adds the bias to the product with the weight', () => {
  const linear = new Linear(3, 2, { rng: rng() });
  linear.params.weight.data.set([1, 2, 3, 4, 5, 6]);
  linear.params.bias.data.set([10, 20]);
  assertClose(linear.forward(array([1, 0, 0, 1, 1, 1], [2, 3])), array([11, 24, 16, 35], [2, 2]), 'Y');
});

for (const [S, M, N] of [
  [4, 3, 2],
  [1, 5, 3],
  [6, 1, 4],
]) {
  test(`Linear.backward for ${S} samples, ${M} features in and ${N} out`, () => {
    assertGradients(randomParams(new Linear(M, N, { rng: rng() })), randn(1, [S, M]));
  });
}
