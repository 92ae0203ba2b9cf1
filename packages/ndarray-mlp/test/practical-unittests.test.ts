// The unit tests of the practical (`unittests.py`), test by test: the same draws, cases and tolerances.
import { evalNumericalGradient, evalNumericalGradientArray, relError } from '@cifarlab/gradcheck';
import { RandomState } from '@cifarlab/numpy-random';
import type { NdArray } from 'ndarray';
import { describe, expect, it } from 'vitest';
import { CrossEntropy, ELU, Linear, oneHot, SoftMax } from '../src/index.js';
import { randn } from './support/arrays.js';

/** np.random.choice(range(low, high)) */
const choice = (rng: RandomState, low: number, high: number) => low + rng.choice(high - low);

describe('TestLosses', () => {
  it('test_crossentropy_loss', () => {
    const rng = new RandomState(42);
    const relErrorMax = 1e-5;
    for (let testNum = 0; testNum < 10; testNum++) {
      const N = choice(rng, 1, 100);
      const C = choice(rng, 1, 10);
      const logits = randn(rng, [N, C]);
      const y = oneHot(
        Array.from({ length: N }, () => rng.randint(0, C)),
        C,
      );
      const X = new SoftMax().forward(logits) as NdArray;

      const grads = new CrossEntropy().backward(X, y);
      const gradsNum = evalNumericalGradient(() => new CrossEntropy().forward(X, y), X, 1e-5);
      expect(relError(gradsNum, grads)).toBeLessThan(relErrorMax);
    }
  });
});

describe('TestLayers', () => {
  it('test_linear_backward', () => {
    const rng = new RandomState(42);
    const relErrorMax = 1e-5;
    for (let testNum = 0; testNum < 10; testNum++) {
      const N = choice(rng, 1, 20);
      const D = choice(rng, 1, 100);
      const C = choice(rng, 1, 10);
      const x = randn(rng, [N, D]);
      const dout = randn(rng, [N, C]);

      const layer = new Linear(D, C, { rng });

      layer.forward(x);
      const dx = layer.backward(dout);
      const dw = layer.grads.weight;
      const dxNum = evalNumericalGradientArray((xx) => layer.forward(xx), x as NdArray, dout);
      const dwNum = evalNumericalGradientArray(() => layer.forward(x), layer.params.weight as NdArray, dout);

      expect(relError(dx, dxNum)).toBeLessThan(relErrorMax);
      expect(relError(dw, dwNum)).toBeLessThan(relErrorMax);
    }
  });

  it('test_elu_backward', () => {
    const rng = new RandomState(42);
    const relErrorMax = 1e-6;
    for (let testNum = 0; testNum < 10; testNum++) {
      const N = choice(rng, 1, 20);
      const D = choice(rng, 1, 100);
      const x = randn(rng, [N, D]);
      const dout = randn(rng, [N, D]);

      const layer = new ELU();

      layer.forward(x);
      const dx = layer.backward(dout);
      const dxNum = evalNumericalGradientArray((xx) => layer.forward(xx), x as NdArray, dout);

      expect(relError(dx, dxNum)).toBeLessThan(relErrorMax);
    }
  });

  it('test_softmax_backward', () => {
    const rng = new RandomState(42);
    const relErrorMax = 1e-5;
    for (let testNum = 0; testNum < 10; testNum++) {
      const N = choice(rng, 1, 20);
      const D = choice(rng, 1, 100);
      const x = randn(rng, [N, D]);
      const dout = randn(rng, [N, D]);

      const layer = new SoftMax();

      layer.forward(x);
      const dx = layer.backward(dout);
      const dxNum = evalNumericalGradientArray((xx) => layer.forward(xx), x as NdArray, dout);

      expect(relError(dx, dxNum)).toBeLessThan(relErrorMax);
    }
  });
});
