import { maxNormError } from '@cifarlab/gradcheck';
import type { NdArray } from 'ndarray';
import ops from 'ndarray-ops';
import { describe, expect, it } from 'vitest';
import {
  Conv2d,
  CrossEntropy,
  type DType,
  ELU,
  Linear,
  type Module,
  ReLU,
  SoftMax,
  SoftMaxCrossEntropy,
  Tanh,
} from '../src/index.js';
import golden from './fixtures/modules.json' with { type: 'json' };
import { cast, fromNested, type Nested } from './support/arrays.js';

/** Each precision with the largest max|a-b|/max|b| that rounding may leave; float32 rounds inputs near 1000 by 3e-5. */
const PRECISIONS: [DType, number][] = [
  ['float64', 1e-13],
  ['float32', 2e-5],
];

describe.each(PRECISIONS)('golden values in %s', (dtype, tolerance) => {
  const near = (actual: NdArray, expected: Nested) => {
    expect(actual.dtype).toBe(dtype);
    expect(maxNormError(cast(actual, 'float64'), fromNested(expected))).toBeLessThan(tolerance);
  };

  it.each([
    ['elu', new ELU()],
    ['relu', new ReLU()],
    ['tanh', new Tanh()],
    ['softmax', new SoftMax()],
  ] as [keyof typeof golden & ('elu' | 'relu' | 'tanh' | 'softmax'), Module][])('%s', (name, module) => {
    const { x, dout, out, dx } = golden[name];
    near(module.forward(fromNested(x, dtype)), out);
    near(module.backward(fromNested(dout, dtype)), dx);
  });

  it('linear', () => {
    const { x, weight, bias, dout, out, dx, dweight, dbias } = golden.linear;
    const layer = new Linear(5, 3, { dtype });
    ops.assign(layer.params.weight, fromNested(weight));
    ops.assign(layer.params.bias, fromNested(bias));
    near(layer.forward(fromNested(x, dtype)), out);
    near(layer.backward(fromNested(dout, dtype)), dx);
    near(layer.grads.weight, dweight);
    near(layer.grads.bias, dbias);
  });

  it('conv2dValid', () => {
    const { x, kernel, bias, dout, out, dx, dkernel, dbias } = golden.conv2dValid;
    const layer = new Conv2d(3, 4, [3, 2], { dtype });
    ops.assign(layer.params.weight, fromNested(kernel));
    ops.assign(layer.params.bias, fromNested(bias));
    near(layer.forward(fromNested(x, dtype)), out);
    near(layer.backward(fromNested(dout, dtype)), dx);
    near(layer.grads.weight, dkernel);
    near(layer.grads.bias, dbias);
  });

  it('crossEntropy', () => {
    const { x, targets, loss, dx } = golden.crossEntropy;
    const [X, T] = [fromNested(x, dtype), fromNested(targets, dtype)];
    expect(Math.abs(new CrossEntropy().forward(X, T) - loss)).toBeLessThan(loss * tolerance);
    near(new CrossEntropy().backward(X, T), dx);
  });

  it('crossEntropy, fused with softmax: log x are logits of the probabilities x', () => {
    const { x, targets, loss, dx } = golden.crossEntropy;
    const logits = fromNested(x);
    ops.logeq(logits);
    const [Z, T] = [cast(logits, dtype), fromNested(targets, dtype)];
    const softmax = new SoftMax();
    softmax.forward(logits);
    expect(Math.abs(new SoftMaxCrossEntropy().forward(Z, T) - loss)).toBeLessThan(loss * tolerance);
    const chained = softmax.backward(fromNested(dx));
    expect(maxNormError(cast(new SoftMaxCrossEntropy().backward(Z, T), 'float64'), chained)).toBeLessThan(tolerance);
  });
});
