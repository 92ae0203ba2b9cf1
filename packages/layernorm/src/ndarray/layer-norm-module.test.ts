import { gradcheck } from '@cifarlab/gradcheck';
import { RandomState } from '@cifarlab/numpy-random';
import type { NdArray } from 'ndarray';
import ops from 'ndarray-ops';
import { describe, expect, it } from 'vitest';
import { cast, fromValues, normals, values } from '../../test/support/arrays.js';
import { type FloatNdArray, LayerNorm, layerNormBackward, layerNormForward } from './index.js';

/**
 * The form that `@cifarlab/ndarray-mlp` requires of a module. Shape alone satisfies it: neither package knows the
 * other.
 */
interface Module {
  readonly params: Readonly<Record<string, FloatNdArray>>;
  readonly grads: Readonly<Record<string, FloatNdArray>>;
  readonly buffers?: Readonly<Record<string, FloatNdArray>>;
  forward(x: NdArray, mode?: 'training' | 'evaluation'): FloatNdArray;
  backward(dout: NdArray): FloatNdArray;
}

describe('LayerNorm', () => {
  it('is a module that starts with weight 1 and bias 0', () => {
    const module: Module = new LayerNorm(3);
    expect(Object.keys(module.params)).toEqual(['weight', 'bias']);
    expect([[...module.params.weight!.data], [...module.params.bias!.data]]).toEqual([
      [1, 1, 1],
      [0, 0, 0],
    ]);
  });

  it('does what the functions do, with its own epsilon, and writes gradients to the same arrays', () => {
    const rng = new RandomState(1);
    const module = new LayerNorm(4, { epsilon: 0.5 });
    const { weight, bias } = module.params;
    for (const x of [weight, bias]) ops.assign(x, normals(rng, [4]));
    const grads = module.grads.weight;
    for (let pass = 0; pass < 2; pass++) {
      const [x, dout] = [normals(rng, [2, 3, 4]), normals(rng, [2, 3, 4])];
      const { y, cache } = layerNormForward(x, weight, bias, { epsilon: 0.5 });
      const { dx, dgamma, dbeta } = layerNormBackward(dout, cache);
      expect(values(module.forward(x))).toEqual(values(y));
      expect(values(module.backward(dout))).toEqual(values(dx));
      expect(values(module.grads.weight)).toEqual(values(dgamma));
      expect(values(module.grads.bias)).toEqual(values(dbeta));
    }
    expect(module.grads.weight).toBe(grads);
  });

  it('has the gradients of its forward pass', () => {
    const module = new LayerNorm(5);
    const inputs: Record<string, NdArray> = {
      x: normals(new RandomState(2), [3, 5], { mean: 10, std: 2 }) as NdArray,
      ...(module.params as Record<string, NdArray>),
    };
    const { passed } = gradcheck(
      ({ x }) => ({
        output: module.forward(x!) as NdArray,
        backward: (dout) => ({ x: module.backward(dout) as NdArray, ...(module.grads as Record<string, NdArray>) }),
      }),
      inputs,
      { atol: 1e-7, rtol: 1e-6 },
    );
    expect(passed).toBe(true);
  });

  it('computes in float32 when asked to', () => {
    const module = new LayerNorm(4, { dtype: 'float32' });
    const x = cast(normals(new RandomState(1), [2, 4]), 'float32');
    expect([module.forward(x).dtype, module.backward(x).dtype, module.grads.weight.dtype]).toEqual(
      Array(3).fill('float32'),
    );
  });

  it('names what is wrong', () => {
    const zeros = (...shape: number[]) => fromValues(new Float64Array(shape.reduce((a, b) => a * b, 1)), shape);
    const module = new LayerNorm(3);
    expect(() => module.forward(zeros(2, 4))).toThrow('LayerNorm: x has shape [2, 4], but [..., 3] is needed.');
    expect(() => module.forward(zeros())).toThrow('LayerNorm: x has shape [], but [..., 3] is needed.');
    expect(() => module.forward(cast(zeros(2, 3), 'float32'))).toThrow(
      'LayerNorm: x has dtype float32, but float64 is needed',
    );
    expect(() => module.backward(zeros(2, 3))).toThrow('LayerNorm: backward before forward; call forward(x) first.');
    expect(() => new LayerNorm(0)).toThrow('LayerNorm: features must be a whole number of 1 or more; got 0.');
    expect(() => new LayerNorm(1.5)).toThrow('LayerNorm: features must be a whole number of 1 or more; got 1.5.');
    expect(() => new LayerNorm(3, { epsilon: -1 })).toThrow(
      'LayerNorm: epsilon must be a finite number of 0 or more; got -1.',
    );
    expect(() => new LayerNorm(3, { eps: 1 } as object)).toThrow('LayerNorm: unknown option "eps"');
    expect(() => new LayerNorm(3, { dtype: 'int32' as 'float32' })).toThrow(
      'LayerNorm: dtype must be one of float64, float32; got "int32".',
    );
  });
});
