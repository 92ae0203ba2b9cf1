import ndarray, { type NdArray } from 'ndarray';
import { describe, expect, it } from 'vitest';
import { ELU, LeakyReLU, type Module, ReLU, Tanh } from './index.js';

const vector = (...values: number[]) => ndarray(Float64Array.from(values));
const of = (module: Module, ...x: number[]) => {
  const y = module.forward(vector(...x));
  const dx = module.backward(vector(...x.map(() => 1)));
  return { y: Array.from(y.data), dx: Array.from(dx.data) };
};

describe('activations', () => {
  it('have the values and slopes of their formulas', () => {
    expect(of(new ELU(), -1, 0, 2)).toEqual({ y: [Math.expm1(-1), 0, 2], dx: [Math.exp(-1), 1, 1] });
    expect(of(new ReLU(), -1, 0, 2)).toEqual({ y: [0, 0, 2], dx: [0, 0, 1] });
    expect(of(new Tanh(), -1, 0)).toEqual({ y: [Math.tanh(-1), 0], dx: [1 - Math.tanh(-1) ** 2, 1] });
  });

  it('LeakyReLU has the slope 0.02 by default, or the one given', () => {
    expect(of(new LeakyReLU(), -1, 2)).toEqual({ y: [-0.02, 2], dx: [0.02, 1] });
    expect(of(new LeakyReLU(0.5), -1, 2)).toEqual({ y: [-0.5, 2], dx: [0.5, 1] });
    expect(() => new LeakyReLU(Number.NaN)).toThrow(
      'LeakyReLU: negativeSlope must be a finite number of 0 or more; got NaN.',
    );
    expect(() => new LeakyReLU(-0.1)).toThrow(RangeError);
  });

  it('ELU keeps the digits of small numbers and does not overflow on large ones', () => {
    expect(of(new ELU(), -1e-12, 1000, -1000)).toEqual({
      y: [Math.expm1(-1e-12), 1000, -1],
      dx: [Math.exp(-1e-12), 1, 0],
    });
  });

  it.each(Object.entries({ ELU, ReLU, LeakyReLU, Tanh }))('%s lets NaN through', (_name, Activation) => {
    const module = new Activation();
    expect(of(module, Number.NaN).y).toEqual([Number.NaN]);
  });

  it('take any shape and strides', () => {
    const x = ndarray(Float64Array.of(-1, 2, -3, 4), [2, 2]).transpose(1, 0);
    const relu = new ReLU();
    expect(Array.from(relu.forward(x).data)).toEqual([0, 0, 2, 4]);
    expect(Array.from(relu.backward(x).data, (d) => d + 0)).toEqual([0, 0, 2, 4]);
    expect(new ReLU().forward(ndarray(new Float32Array(24), [2, 3, 2, 2])).shape).toEqual([2, 3, 2, 2]);
  });

  it('name what is wrong', () => {
    expect(() => new ELU().backward(vector(1))).toThrow('ELU: backward before forward; call forward(x) first.');
    expect(() => new Tanh().forward(ndarray(new Uint8Array(3)) as NdArray)).toThrow(
      'Tanh: x has dtype uint8, but float32 or float64 is needed',
    );
    const relu = new ReLU();
    relu.forward(vector(1, 2));
    expect(() => relu.backward(vector(1))).toThrow('ReLU: dout has shape [1], but the last forward gave [2]');
    expect(() => relu.backward(ndarray(new Float32Array(2)))).toThrow(/ReLU: dout has dtype float32, but float64/);
  });
});
