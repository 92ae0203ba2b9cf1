import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eachWindow, geometries, inputSize, outputSize } from '../../test/simd/geometry.js';
import { dot, randomValues, relativeError, Sandbox } from '../../test/simd/sandbox.js';
import type { WindowGeometry } from './window-geometry.js';

const sandbox = new Sandbox();
const { depthwise } = sandbox.kernels;

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
  depthwise.filterGradient({ x: x.address, dy: dy.address, dfilter: dfilter.address }, g);
  sandbox.expectGuardsIntact();
  return { x: x.values, filter: filter.values, dy: dy.values, y: y.values, dx: dx.values, dfilter: dfilter.values };
}

/** The same by definition, in float64. */
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
    fc.property(geometries(3), fc.integer(), (g, seed) => {
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

it('the gradients are adjoint: <y, dy> = <x, dx> = <filter, dfilter>', () => {
  fc.assert(
    fc.property(geometries(3), fc.integer(), (g, seed) => {
      const { x, filter, dy, y, dx, dfilter } = run(g, seed);
      const scale = Math.sqrt(dot(x, x) * dot(dy, dy));
      expect(Math.abs(dot(y, dy) - dot(x, dx)) / scale).toBeLessThan(1e-6);
      expect(Math.abs(dot(y, dy) - dot(filter, dfilter)) / scale).toBeLessThan(1e-6);
    }),
  );
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
