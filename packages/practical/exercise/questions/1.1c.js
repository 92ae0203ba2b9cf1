import assert from 'node:assert/strict';
import test from 'node:test';
import { evalNumericalGradient } from '@cifarlab/gradcheck';
import { CrossEntropy } from '../src/cross-entropy.js';
import { SoftMax } from '../src/soft-max.js';
import { array, assertClose, assertGradients, oneHot, randn, valuesOf } from './checks.js';

test('SoftMax.forward gives probabilities', () => {
  const e = Math.E;
  assertClose(
    new SoftMax().forward(array([0, 1, 5, 5], [2, 2])),
    array([1 / (1 + e), e / (1 + e), 0.5, 0.5], [2, 2]),
    'Y',
  );
});

test('SoftMax.forward does not overflow', () => {
  assertClose(new SoftMax().forward(array([1000, 1000, -1000, 0], [2, 2])), array([0.5, 0.5, 0, 1], [2, 2]), 'Y');
});

test('SoftMax.backward', () => assertGradients(new SoftMax(), randn(4, [3, 4])));

test('CrossEntropy.forward is the mean over the samples', () => {
  const loss = new CrossEntropy().forward(array([0.5, 0.5, 0.25, 0.75], [2, 2]), oneHot([0, 1], 2));
  assert.ok(Math.abs(loss - (Math.log(2) - Math.log(0.75)) / 2) < 1e-9, `the loss is ${loss}`);
});

test('CrossEntropy.backward', () => {
  const loss = new CrossEntropy();
  const x = array(
    valuesOf(randn(5, [3, 4])).map((value) => 0.2 + Math.abs(value)),
    [3, 4],
  );
  const targets = oneHot([2, 0, 3], 4);
  assertClose(
    loss.backward(x, targets),
    evalNumericalGradient(() => loss.forward(x, targets), x),
    'dL/dX',
  );
});
