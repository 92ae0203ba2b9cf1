import test from 'node:test';
import { evalNumericalGradientArray } from '@cifarlab/gradcheck';
import { layerNormBackward, layerNormForward } from '../src/layer-norm.js';
import { array, assertClose, randn } from './checks.js';

const epsilon = 0.01;

test('layerNormForward', () => {
  const { y } = layerNormForward(array([1, 3, 5, 5], [2, 2]), array([1, 2], [2]), array([0, 10], [2]), {
    epsilon: 0 + epsilon,
  });
  const scaled = 1 / Math.sqrt(1 + epsilon);
  assertClose(y, array([-scaled, 10 + 2 * scaled, 0, 10], [2, 2]), 'y');
});

for (const [S, M] of [
  [4, 5],
  [1, 3],
  [6, 2],
]) {
  test(`layerNormBackward for ${S} samples of ${M} features`, () => {
    const [x, gamma, beta, dout] = [randn(15, [S, M]), randn(16, [M]), randn(17, [M]), randn(18, [S, M])];
    const forward = () => layerNormForward(x, gamma, beta, { epsilon });
    const { dx, dgamma, dbeta } = layerNormBackward(dout, forward().cache);
    const numerical = (input) => evalNumericalGradientArray(() => forward().y, input, dout);
    assertClose(dx, numerical(x), 'dL/dx');
    assertClose(dgamma, numerical(gamma), 'dL/dgamma');
    assertClose(dbeta, numerical(beta), 'dL/dbeta');
  });
}
