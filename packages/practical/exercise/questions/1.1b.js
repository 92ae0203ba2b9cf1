import test from 'node:test';
import { ELU, Tanh } from '../src/activation.js';
import { array, assertClose, assertGradients, randn } from './checks.js';

test('ELU.forward', () => {
  assertClose(new ELU().forward(array([2, 0, -1, -30], [2, 2])), array([2, 0, Math.exp(-1) - 1, -1], [2, 2]), 'Y');
});

test('Tanh.forward', () => {
  assertClose(new Tanh().forward(array([2, 0, -1], [1, 3])), array([Math.tanh(2), 0, Math.tanh(-1)], [1, 3]), 'Y');
});

test('ELU.backward', () => assertGradients(new ELU(), randn(2, [4, 3])));

test('Tanh.backward', () => assertGradients(new Tanh(), randn(3, [4, 3])));
