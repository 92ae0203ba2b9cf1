import test from 'node:test';
import { RandomState } from '@cifarlab/numpy-random';
import { Conv2d } from '../src/conv2d.js';
import { array, assertClose, assertGradients, randn, randomParams } from './checks.js';

test('Conv2d.forward', () => {
  const conv = new Conv2d(1, 1, 2, { rng: new RandomState(42) });
  conv.params.weight.data.set([1, 2, 3, 4]);
  conv.params.bias.data.set([100]);
  const x = array([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 3, 3]);
  assertClose(conv.forward(x), array([137, 147, 167, 177], [1, 1, 2, 2]), 'Y');
});

for (const [C, O, k] of [
  [1, 1, 1],
  [2, 3, 2],
  [3, 2, 3],
]) {
  test(`Conv2d.backward for ${C} channels in, ${O} out, a kernel of ${k}x${k}`, () => {
    assertGradients(randomParams(new Conv2d(C, O, k, { rng: new RandomState(42) })), randn(6, [2, C, 4, 3]));
  });
}
