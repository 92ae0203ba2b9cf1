import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { eachWindow, geometries, inputSize, outputSize } from '../../test/simd/geometry.js';
import { dot, randomValues, relativeError, Sandbox } from '../../test/simd/sandbox.js';
import type { WindowGeometry } from './window-geometry.js';

const sandbox = new Sandbox();
const { pool } = sandbox.kernels;

/** Runs both maximum kernels. */
function runMaximum(x: ArrayLike<number>, dy: ArrayLike<number>, geometry: WindowGeometry) {
  sandbox.reset();
  const inputs = { x: sandbox.tensor(x), dy: sandbox.tensor(dy) };
  const outputs = { y: sandbox.tensor(dy.length), dx: sandbox.tensor(x.length) };
  const [alone, shorts] = [sandbox.tensor(dy.length), sandbox.tensor(Math.ceil(dy.length / 2))];
  const addresses = { x: inputs.x.address, y: outputs.y.address, winners: shorts.address };
  pool.maximum(addresses, geometry);
  pool.maximumGradient({ dy: inputs.dy.address, winners: shorts.address, dx: outputs.dx.address }, geometry);
  pool.maximum({ x: inputs.x.address, y: alone.address }, geometry);
  sandbox.expectGuardsIntact();
  expect(alone.values).toEqual(outputs.y.values);
  return outputs;
}

function runAverage(x: ArrayLike<number>, dy: ArrayLike<number>, g: WindowGeometry, divisor: 'pixels' | 'window') {
  sandbox.reset();
  const inputs = { x: sandbox.tensor(x), dy: sandbox.tensor(dy) };
  const outputs = { y: sandbox.tensor(dy.length), dx: sandbox.tensor(x.length) };
  pool.average(inputs.x.address, outputs.y.address, g);
  pool.averageGradient(inputs.dy.address, outputs.dx.address, g, divisor);
  sandbox.expectGuardsIntact();
  return outputs;
}

describe('maximum', () => {
  it('and its gradient are those of the definition, the first of equals winning', () => {
    fc.assert(
      fc.property(geometries(1), fc.integer(), (g, seed) => {
        // Few different values, so that windows have ties.
        const x = randomValues(inputSize(g), seed).map((value) => Math.round(value * 2));
        const dy = randomValues(outputSize(g), seed + 1);
        const [y, dx] = [new Float64Array(dy.length), new Float64Array(x.length)];
        eachWindow(g, (out, under) => {
          const winner = under.reduce((best, index) => (x[index]! > x[best]! ? index : best));
          y[out] = x[winner]!;
          dx[winner]! += dy[out]!;
        });
        const actual = runMaximum(x, dy, g);
        expect(relativeError(actual.y.values, y)).toBe(0);
        expect(relativeError(actual.dx.values, dx)).toBeLessThan(3e-7);
      }),
    );
  });
});

describe('maximum of windows with code of their own', () => {
  const windows = [
    { window: 3, stride: 2 },
    { window: 3, stride: 3 },
    { window: 3, stride: 1 },
    { window: 2, stride: 2 },
    { window: 2, stride: 3 },
  ];

  it.each(windows)('$window x $window, stride $stride: forward and gradient, at ragged borders', (shape) => {
    const { window, stride } = shape;
    const sizes = fc.integer({ min: window, max: 12 });
    const pads = fc.integer({ min: 0, max: window - 1 });
    // The last is more than the row of zeros that stands for what is outside.
    const channels = fc.constantFrom(1, 4, 7, 16, 19, 518);
    fc.assert(
      fc.property(
        sizes,
        sizes,
        pads,
        pads,
        channels,
        fc.integer(),
        (inHeight, inWidth, top, left, inChannels, seed) => {
          const g = {
            ...{ batchSize: 2, inHeight, inWidth, inChannels, filterHeight: window, filterWidth: window },
            ...{ strideHeight: stride, strideWidth: stride, dilationHeight: 1, dilationWidth: 1 },
            outHeight: Math.floor((inHeight + top - window) / stride) + 1,
            outWidth: Math.floor((inWidth + left - window) / stride) + 1,
            padInfo: { top, left },
          };
          const x = randomValues(inputSize(g), seed).map((value) => Math.round(value * 2));
          const dy = randomValues(outputSize(g), seed + 1);
          const [y, dx] = [new Float64Array(dy.length), new Float64Array(x.length)];
          eachWindow(g, (out, under) => {
            const winner = under.reduce((best, index) => (x[index]! > x[best]! ? index : best));
            y[out] = x[winner]!;
            dx[winner]! += dy[out]!;
          });
          const actual = runMaximum(x, dy, g);
          expect(relativeError(actual.y.values, y)).toBe(0);
          expect(relativeError(actual.dx.values, dx)).toBeLessThan(3e-7);
        },
      ),
    );
  });
});

describe('average', () => {
  it('and its gradient are those of the definition', () => {
    const divisors = fc.constantFrom<'pixels' | 'window'>('pixels', 'window');
    fc.assert(
      fc.property(geometries(1), divisors, fc.integer(), (g, divisor, seed) => {
        const x = randomValues(inputSize(g), seed);
        const dy = randomValues(outputSize(g), seed + 1);
        const [y, dx] = [new Float64Array(dy.length), new Float64Array(x.length)];
        eachWindow(g, (out, under) => {
          y[out] = under.reduce((sum, index) => sum + x[index]!, 0) / under.length;
          const share = dy[out]! / (divisor === 'pixels' ? under.length : g.filterHeight * g.filterWidth);
          for (const index of under) dx[index]! += share;
        });
        const actual = runAverage(x, dy, g, divisor);
        expect(relativeError(actual.y.values, y)).toBeLessThan(5e-7);
        expect(relativeError(actual.dx.values, dx)).toBeLessThan(5e-7);
      }),
    );
  });

  it('has an adjoint: <average(x), dy> = <x, averageGradient(dy)>', () => {
    fc.assert(
      fc.property(geometries(1), fc.integer(), (g, seed) => {
        const x = randomValues(inputSize(g), seed);
        const dy = randomValues(outputSize(g), seed + 1);
        const { y, dx } = runAverage(x, dy, g, 'pixels');
        const scale = Math.sqrt(dot(x, x) * dot(dy, dy));
        expect(Math.abs(dot(y.values, dy) - dot(x, dx.values)) / scale).toBeLessThan(1e-6);
      }),
    );
  });
});

describe("tfjs's cpu backend", () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  const shape: [number, number, number, number] = [2, 7, 6, 5];
  const size = 2 * 7 * 6 * 5;

  /** Returns the gradient from the cpu backend's kernel, which recomputes the positions. */
  const cpuGradient = (
    kernel: 'MaxPoolGrad' | 'AvgPoolGrad',
    x: Float32Array,
    dy: Float32Array,
    g: tf.backend_util.Conv2DInfo,
  ) =>
    tf.tidy(() => {
      const output = tf.maxPool(tf.tensor4d(x, shape), 3, 2, 'same');
      const inputs = { dy: tf.tensor4d(dy, g.outShape as typeof shape), input: tf.tensor4d(x, shape), output };
      const attributes = { filterSize: 3, strides: 2, pad: 'same' };
      return tf.engine().runKernel<tf.Tensor>(kernel, inputs, attributes).dataSync();
    });

  it('agrees on maxima and averages, with ties, NaN and infinities', () => {
    const g = tf.backend_util.computePool2DInfo(shape, 3, 2, 1, 'same');
    const x = randomValues(size, 1).map((value, i) => {
      if (i < 60) return Number.NEGATIVE_INFINITY;
      if (i % 7 === 3) return Number.NaN;
      return Math.round(value * 2);
    });
    const dy = randomValues(outputSize(g), 2);
    const { y, dx } = runMaximum(x, dy, g);
    expect(Array.from(y.values)).toContain(Number.NEGATIVE_INFINITY);
    expect(Array.from(y.values)).toEqual(Array.from(tf.maxPool(tf.tensor4d(x, shape), 3, 2, 'same').dataSync()));
    expect(relativeError(dx.values, cpuGradient('MaxPoolGrad', x, dy, g))).toBeLessThan(1e-7);

    const plain = randomValues(size, 3);
    const average = runAverage(plain, dy, g, 'window');
    expect(
      relativeError(average.y.values, tf.avgPool(tf.tensor4d(plain, shape), 3, 2, 'same').dataSync()),
    ).toBeLessThan(1e-6);
    expect(relativeError(average.dx.values, cpuGradient('AvgPoolGrad', plain, dy, g))).toBeLessThan(1e-6);
  });
});
