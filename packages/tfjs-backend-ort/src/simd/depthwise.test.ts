import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eachWindow, geometries, inputSize, outputSize } from '../../test/simd/geometry.js';
import { dot, randomValues, relativeError, Sandbox, type Tensor } from '../../test/simd/sandbox.js';
import { filterGradientFloats } from './depthwise-kernels.js';
import type { WindowGeometry } from './window-geometry.js';

const sandbox = new Sandbox();
const { depthwise } = sandbox.kernels;
const clip = (value: number) => Math.min(Math.max(value, 0), 6);

/** Runs all three kernels on random values. */
function run(g: WindowGeometry, seed: number) {
  sandbox.reset();
  const filterSize = g.filterHeight * g.filterWidth * g.inChannels;
  const x = sandbox.tensor(randomValues(inputSize(g), seed));
  const filter = sandbox.tensor(randomValues(filterSize, seed + 1));
  const dy = sandbox.tensor(randomValues(outputSize(g), seed + 2));
  const [y, dx, dfilter] = [dy, x, filter].map(({ values }) => sandbox.tensor(values.length)) as [
    typeof x,
    typeof x,
    typeof x,
  ];
  depthwise.forward({ x: x.address, filter: filter.address, y: y.address }, g);
  depthwise.inputGradient({ dy: dy.address, filter: filter.address, dx: dx.address }, g);
  const partial = sandbox.tensor(filterGradientFloats(g));
  depthwise.filterGradient({ x: x.address, dy: dy.address, dfilter: dfilter.address, partial: partial.address }, g);
  sandbox.expectGuardsIntact();
  // Copies: a later reset hands their memory out again.
  const copies = { x, filter, dy, y, dx, dfilter };
  return Object.fromEntries(Object.entries(copies).map(([name, { values }]) => [name, values.slice()])) as Record<
    keyof typeof copies,
    Float32Array
  >;
}

/** Computes the same by definition, in float64. */
function reference(g: WindowGeometry, x: Float32Array, filter: Float32Array, dy: Float32Array) {
  const [y, dx, dfilter] = [new Float64Array(dy.length), new Float64Array(x.length), new Float64Array(filter.length)];
  eachWindow(g, (out, under, taps) => {
    for (const [k, index] of under.entries()) {
      y[out]! += x[index]! * filter[taps[k]!]!;
      dx[index]! += dy[out]! * filter[taps[k]!]!;
      dfilter[taps[k]!]! += dy[out]! * x[index]!;
    }
  });
  return { y, dx, dfilter };
}

it('the convolution and its gradients are those of the definition, for any stride, dilation and padding', () => {
  fc.assert(
    fc.property(geometries(3, 5), fc.integer(), (g, seed) => {
      const { x, filter, dy, ...actual } = run(g, seed);
      const expected = reference(g, x, filter, dy);
      for (const name of ['y', 'dx', 'dfilter'] as const) {
        // Sums that cancel are judged by the size of their terms.
        expect(relativeError([...actual[name], 1], [...expected[name], 1]), name).toBeLessThan(3e-6);
      }
    }),
    { numRuns: 300 },
  );
});

it.each(['linear', 'relu', 'relu6'] as const)('a bias and %s follow in the same pass', (activation) => {
  const define = { linear: (v: number) => v, relu: (v: number) => Math.max(v, 0), relu6: clip }[activation];
  fc.assert(
    fc.property(geometries(2, 5), fc.integer(), (g, seed) => {
      const { x, filter, dy, y: plain } = run(g, seed);
      sandbox.reset();
      const inputs = [x, filter, randomValues(g.inChannels, seed + 3)].map((values) => sandbox.tensor([...values]));
      const [inX, inFilter, bias] = inputs as [Tensor, Tensor, Tensor];
      // Large enough that 6 is reached.
      for (let c = 0; c < bias.values.length; c++) bias.values[c]! *= 8;
      const y = sandbox.tensor(dy.length);
      const addresses = { x: inX.address, filter: inFilter.address, bias: bias.address, y: y.address };
      depthwise.forward(addresses, g, activation);
      sandbox.expectGuardsIntact();
      const expected = plain.map((value, i) => define(value + bias.values[i % g.inChannels]!));
      expect(relativeError([...y.values, 1], [...expected, 1])).toBeLessThan(1e-6);
    }),
  );
});

it('the gradients are adjoint: <y, dy> = <x, dx> = <filter, dfilter>', () => {
  fc.assert(
    fc.property(geometries(3, 5), fc.integer(), (g, seed) => {
      const { x, filter, dy, y, dx, dfilter } = run(g, seed);
      const scale = Math.sqrt(dot(x, x) * dot(dy, dy));
      expect(Math.abs(dot(y, dy) - dot(x, dx)) / scale).toBeLessThan(1e-6);
      expect(Math.abs(dot(y, dy) - dot(filter, dfilter)) / scale).toBeLessThan(1e-6);
    }),
  );
});

it('a filter with more taps than are summed at a time, over an image wider than is tabulated at a time', () => {
  const window = {
    filterHeight: 3,
    filterWidth: 101,
    strideHeight: 1,
    strideWidth: 1,
    dilationHeight: 1,
    dilationWidth: 1,
  };
  const size = { batchSize: 1, inHeight: 2, inWidth: 1100, inChannels: 5, outHeight: 2, outWidth: 1100 };
  const geometry = { ...size, ...window, padInfo: { top: 1, left: 50 } };
  const { x, filter, dy, ...actual } = run(geometry, 1);
  const expected = reference(geometry, x, filter, dy);
  for (const name of ['y', 'dx', 'dfilter'] as const) {
    expect(relativeError(actual[name], expected[name]), name).toBeLessThan(1e-6);
  }
});

it('more channels than are worked on at a time', () => {
  const g = { batchSize: 2, inHeight: 4, inWidth: 3, inChannels: 1030, outHeight: 4, outWidth: 3 };
  const window = {
    filterHeight: 3,
    filterWidth: 3,
    strideHeight: 1,
    strideWidth: 1,
    dilationHeight: 1,
    dilationWidth: 1,
  };
  const geometry = { ...g, ...window, padInfo: { top: 1, left: 1 } };
  const { x, filter, dy, ...actual } = run(geometry, 1);
  const expected = reference(geometry, x, filter, dy);
  for (const name of ['y', 'dx', 'dfilter'] as const) {
    expect(relativeError(actual[name], expected[name]), name).toBeLessThan(1e-6);
  }
});
