import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dot, randomValues, relativeError, Sandbox, type Tensor, UNTOUCHED } from '../../test/simd/sandbox.js';
import { referenceTransform, referenceWeights } from '../../test/simd/winograd-reference.js';
import { WHOLE_A, WHOLE_G, WHOLE_SIZES } from './whole-image.js';
import {
  type WinogradTile,
  weightGradientMatrix,
  weightTransformMatrix,
  wholeImageTile,
  winogradGeometry,
} from './winograd-geometry.js';

const sandbox = new Sandbox();
const { winograd } = sandbox.kernels;

const side = fc.integer({ min: 1, max: 11 });
const padding = fc.integer({ min: 0, max: 2 });
const tiles = ([2, 4, 5] as const).map((tile) => ({ tile }));
const wholeImages = WHOLE_SIZES.map((size) => ({ tile: `whole ${size}` as const, height: size, width: size }));
const border = { padTop: 1, padBottom: 1, padLeft: 1, padRight: 1 };

const anyImage = fc.record({
  tile: fc.constantFrom<WinogradTile>(2, 4, 5),
  height: side,
  width: side,
  padTop: padding,
  padBottom: padding,
  padLeft: padding,
  padRight: padding,
});
const wholeImage = fc.constantFrom(...wholeImages).map((image) => ({ ...image, ...border }));
const cases = fc
  .record({
    image: fc.oneof({ weight: 2, arbitrary: anyImage }, { weight: 1, arbitrary: wholeImage }),
    images: fc.integer({ min: 1, max: 3 }),
    firstImage: fc.integer({ min: 0, max: 1 }),
    channels: fc.constantFrom<number>(4, 8, 12),
    slack: fc.constantFrom<number>(0, 4, 16),
    seed: fc.integer(),
  })
  .map(({ image, ...others }) => ({ ...image, ...others }))
  .filter((c) => c.height + c.padTop + c.padBottom > 2 && c.width + c.padLeft + c.padRight > 2)
  .filter((c) => c.firstImage < c.images);
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

/** Sizes of a case: of the NHWC tensor at either side, and of a plane with what lies between it and the next. */
function sizes(c: Case) {
  const geometry = winogradGeometry(c.tile, c);
  const tileRow = geometry.tilesY * geometry.tilesX * c.channels;
  return {
    geometry,
    inputImage: c.height * c.width * c.channels,
    outputImage: geometry.outHeight * geometry.outWidth * c.channels,
    tileRow,
    planeSize: c.images * tileRow + c.slack,
  };
}

/** Runs one transform in the sandbox on images firstImage <= n < images. */
function run(
  transform: 'input' | 'inputAdjoint' | 'output' | 'outputAdjoint',
  c: Case,
  pixels: Tensor,
  planes: Tensor,
) {
  const { geometry, planeSize } = sizes(c);
  winograd[transform](geometry, {
    pixels: pixels.address,
    transformed: planes.address,
    planeStride: planeSize * 4,
    channels: c.channels,
    firstImage: c.firstImage,
    endImage: c.images,
  });
  sandbox.expectGuardsIntact();
}

/** Expects `actual` to be near `expected` from `start` on in each period, below `end`, and untouched elsewhere. */
function expectPart(
  actual: Float32Array,
  expected: Float64Array,
  period: number,
  start: number,
  end: number,
  limit: number,
) {
  const within = (_: number, i: number) => i % period >= start && i % period < end;
  expect(relativeError(actual.filter(within), expected.filter(within))).toBeLessThan(limit);
  expect(actual.every((value, i) => within(value, i) || value === UNTOUCHED)).toBe(true);
}

const ROUNDING = { 2: 4e-7, 4: 8e-7, 5: 8e-7, 'whole 2': 4e-7, 'whole 3': 4e-7, 'whole 7': 4e-7 };

describe.each(['input', 'outputAdjoint'] as const)('%s', (transform) => {
  it('is what its definition says, for any image, padding and range', () => {
    fc.assert(
      fc.property(cases, (c) => {
        sandbox.reset();
        const { geometry, inputImage, outputImage, tileRow, planeSize } = sizes(c);
        const pixels = sandbox.tensor(
          randomValues(c.images * (transform === 'input' ? inputImage : outputImage), c.seed),
        );
        const planes = sandbox.tensor(geometry.planes * planeSize);
        run(transform, c, pixels, planes);
        const expected = referenceTransform(transform, geometry, pixels.values, c.images, c.channels, planeSize);
        const [start, end] = [c.firstImage * tileRow, c.images * tileRow];
        expectPart(planes.values, expected, planeSize, start, end, ROUNDING[c.tile]);
      }),
    );
  });
});

describe.each(['inputAdjoint', 'output'] as const)('%s', (transform) => {
  it('is what its definition says, for any image, padding and range', () => {
    fc.assert(
      fc.property(cases, (c) => {
        sandbox.reset();
        const { geometry, inputImage, outputImage, planeSize } = sizes(c);
        const image = transform === 'output' ? outputImage : inputImage;
        const planes = sandbox.tensor(randomValues(geometry.planes * planeSize, c.seed));
        const pixels = sandbox.tensor(c.images * image);
        run(transform, c, pixels, planes);
        const expected = referenceTransform(transform, geometry, planes.values, c.images, c.channels, planeSize);
        const [start, end] = [c.firstImage * image, c.images * image];
        expectPart(pixels.values, expected, c.images * image, start, end, ROUNDING[c.tile]);
      }),
    );
  });
});

describe.each([
  ['input', 'inputAdjoint'],
  ['outputAdjoint', 'output'],
] as const)('%s and %s', (forward, adjoint) => {
  it('are adjoint: <forward(x), v> = <x, adjoint(v)>', () => {
    fc.assert(
      fc.property(cases, (any) => {
        sandbox.reset();
        const c = { ...any, firstImage: 0, slack: 0 };
        const { geometry, inputImage, outputImage, planeSize } = sizes(c);
        const size = c.images * (forward === 'input' ? inputImage : outputImage);
        const x = sandbox.tensor(randomValues(size, c.seed));
        const v = sandbox.tensor(randomValues(geometry.planes * planeSize, c.seed + 1));
        const forwardX = sandbox.tensor(geometry.planes * planeSize);
        const adjointV = sandbox.tensor(size);
        run(forward, c, x, forwardX);
        run(adjoint, c, adjointV, v);
        const scale = Math.sqrt(dot(forwardX.values, forwardX.values) * dot(v.values, v.values));
        expect(Math.abs(dot(forwardX.values, v.values) - dot(x.values, adjointV.values)) / scale).toBeLessThan(1e-6);
      }),
    );
  });
});

it('takes more channels than are worked on at a time', () => {
  for (const [seed, image] of [...tiles, ...wholeImages].entries()) {
    sandbox.reset();
    const sizesOfImage = { height: 5, width: 3, ...image, ...border };
    const c = { ...sizesOfImage, images: 2, firstImage: 0, channels: 1036, slack: 4, seed };
    const { geometry, inputImage, outputImage, tileRow, planeSize } = sizes(c);
    const x = sandbox.tensor(randomValues(2 * inputImage, 1));
    const v = sandbox.tensor(geometry.planes * planeSize);
    run('input', c, x, v);
    const expectedV = referenceTransform('input', geometry, x.values, 2, c.channels, planeSize);
    expectPart(v.values, expectedV, planeSize, 0, 2 * tileRow, ROUNDING[c.tile]);
    const dx = sandbox.tensor(2 * inputImage);
    run('inputAdjoint', c, dx, v);
    const expectedX = referenceTransform('inputAdjoint', geometry, v.values, 2, c.channels, planeSize);
    expectPart(dx.values, expectedX, 2 * inputImage, 0, 2 * inputImage, ROUNDING[c.tile]);
    const dy = sandbox.tensor(randomValues(2 * outputImage, 2));
    const z = sandbox.tensor(geometry.planes * planeSize);
    run('outputAdjoint', c, dy, z);
    const expectedZ = referenceTransform('outputAdjoint', geometry, dy.values, 2, c.channels, planeSize);
    expectPart(z.values, expectedZ, planeSize, 0, 2 * tileRow, ROUNDING[c.tile]);
    const y = sandbox.tensor(2 * outputImage);
    run('output', c, y, v);
    const expectedY = referenceTransform('output', geometry, v.values, 2, c.channels, planeSize);
    expectPart(y.values, expectedY, 2 * outputImage, 0, 2 * outputImage, ROUNDING[c.tile]);
  }
});

it('adds a bias and a residual, and rectifies, in the last transform, to any channels', () => {
  const channels = fc.constantFrom<number>(4, 12, 36, 68, 516);
  const image = fc.constantFrom<{ tile: WinogradTile; height?: number; width?: number }>(...tiles, ...wholeImages);
  fc.assert(
    fc.property(image, channels, fc.boolean(), fc.integer(), (image, channels, hasResidual, seed) => {
      sandbox.reset();
      const c = { height: 5, width: 6, ...image, ...border, images: 2, firstImage: 0, channels, slack: 0, seed };
      const { geometry, outputImage, planeSize } = sizes(c);
      const planes = sandbox.tensor(randomValues(geometry.planes * planeSize, seed));
      const bias = sandbox.tensor(randomValues(channels, seed + 1));
      const residual = sandbox.tensor(randomValues(2 * outputImage, seed + 2));
      const y = sandbox.tensor(2 * outputImage);
      const operands = { transformed: planes.address, planeStride: planeSize * 4, channels, endImage: 2 };
      winograd.output(
        geometry,
        { ...operands, pixels: y.address },
        { bias: bias.address, residual: hasResidual ? residual.address : undefined, activation: 'relu' },
      );
      sandbox.expectGuardsIntact();
      const plain = referenceTransform('output', geometry, planes.values, 2, channels, planeSize);
      const expected = plain.map((value, i) =>
        Math.max(value + bias.values[i % channels]! + (hasResidual ? residual.values[i]! : 0), 0),
      );
      expect(relativeError(y.values, expected)).toBeLessThan(ROUNDING[c.tile]);
    }),
    { numRuns: 60 },
  );
});

it('the matrices of the transform of weights, and of its adjoint, are what their definition says', () => {
  const size = fc.integer({ min: 1, max: 150 });
  fc.assert(
    fc.property(
      fc.constantFrom(...[...tiles, ...wholeImages].map(({ tile }) => tile)),
      size,
      fc.integer(),
      (tile, n, seed) => {
        const planes = weightTransformMatrix(tile).length / 9;
        const g = randomValues(9 * n, seed);
        const u = product(weightTransformMatrix(tile), planes, 9, g, n);
        expect(relativeError(u, referenceWeights('weights', tile, g, n))).toBeLessThan(1e-7);
        const s = randomValues(planes * n, seed + 1);
        const dg = product(weightGradientMatrix(tile), 9, planes, s, n);
        expect(relativeError(dg, referenceWeights('weightsAdjoint', tile, s, n))).toBeLessThan(1e-7);
      },
    ),
    { numRuns: 60 },
  );
});

/** Computes [rows, depth] times [depth, n], in float64. */
function product(a: Float32Array, rows: number, depth: number, b: Float32Array, n: number): Float64Array {
  return Float64Array.from({ length: rows * n }, (_, index) => {
    let sum = 0;
    for (let k = 0; k < depth; k++) sum += a[Math.floor(index / n) * depth + k]! * b[k * n + (index % n)]!;
    return sum;
  });
}

describe.each([
  { tile: 2, height: 7, width: 9, limit: 1e-6 },
  { tile: 4, height: 7, width: 9, limit: 1e-5 },
  { tile: 5, height: 7, width: 9, limit: 1e-5 },
  ...wholeImages.map((image) => ({ ...image, limit: 1e-6 })),
] as const)('a convolution by tiles of $tile', ({ tile, height, width, limit }) => {
  const [cin, cout] = [64, 8];
  const geometry = winogradGeometry(tile, { height, width, ...border });
  const tilesOfImage = geometry.tilesY * geometry.tilesX;
  const x = randomValues(height * width * cin, 1);
  const w = randomValues(9 * cin * cout, 2);
  const dy = randomValues(height * width * cout, 3);
  sandbox.reset();
  const transform = (run: (from: number, to: number) => void, from: Float32Array, size: number) => {
    const result = sandbox.tensor(size);
    run(sandbox.tensor(from).address, result.address);
    return result.values.slice();
  };
  const planes = (channels: number) => ({ planeStride: tilesOfImage * channels * 4, channels, endImage: 1 });
  const toV = (pixels: number, transformed: number) =>
    winograd.input(geometry, { pixels, transformed, ...planes(cin) });
  const toZ = (pixels: number, transformed: number) =>
    winograd.outputAdjoint(geometry, { pixels, transformed, ...planes(cout) });
  const V = transform(toV, x, geometry.planes * tilesOfImage * cin);
  const Z = transform(toZ, dy, geometry.planes * tilesOfImage * cout);
  const U = Float32Array.from(product(weightTransformMatrix(tile), geometry.planes, 9, w, cin * cout));

  /** Sums a[plane, i, k] b[plane, k, j] over k; the indices within a plane are the callbacks'. */
  const batched = (
    [m, k, n]: [number, number, number],
    a: (plane: number, i: number, k: number) => number,
    b: (plane: number, k: number, j: number) => number,
  ) =>
    Float32Array.from({ length: geometry.planes * m * n }, (_, index) => {
      const plane = Math.floor(index / (m * n));
      let sum = 0;
      for (let p = 0; p < k; p++) sum += a(plane, Math.floor(index / n) % m, p) * b(plane, p, index % n);
      return sum;
    });

  /** Calls `visit` for every product x[xi] * w[wi] that goes into y[yi]. */
  const eachTerm = (visit: (xi: number, wi: number, yi: number) => void) => {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        for (let tap = 0; tap < 9; tap++) {
          const [r, s] = [row + Math.floor(tap / 3) - 1, column + (tap % 3) - 1];
          if (r < 0 || r >= height || s < 0 || s >= width) continue;
          for (let i = 0; i < cin; i++) {
            for (let o = 0; o < cout; o++) {
              visit((r * width + s) * cin + i, (tap * cin + i) * cout + o, (row * width + column) * cout + o);
            }
          }
        }
      }
    }
  };

  it(`has outputs within ${limit} of a direct one's`, () => {
    const M = batched(
      [tilesOfImage, cin, cout],
      (p, i, k) => V[(p * tilesOfImage + i) * cin + k]!,
      (p, k, j) => U[(p * cin + k) * cout + j]!,
    );
    const y = transform(
      (transformed, pixels) => winograd.output(geometry, { pixels, transformed, ...planes(cout) }),
      M,
      dy.length,
    );
    const expected = new Float64Array(dy.length);
    eachTerm((xi, wi, yi) => {
      expected[yi]! += x[xi]! * w[wi]!;
    });
    expect(relativeError(y, expected)).toBeLessThan(limit);
  });

  it(`has input gradients within ${limit} of a direct one's`, () => {
    const M = batched(
      [tilesOfImage, cout, cin],
      (p, i, k) => Z[(p * tilesOfImage + i) * cout + k]!,
      (p, k, j) => U[(p * cin + j) * cout + k]!,
    );
    const dx = transform(
      (transformed, pixels) => winograd.inputAdjoint(geometry, { pixels, transformed, ...planes(cin) }),
      M,
      x.length,
    );
    const expected = new Float64Array(x.length);
    eachTerm((xi, wi, yi) => {
      expected[xi]! += dy[yi]! * w[wi]!;
    });
    expect(relativeError(dx, expected)).toBeLessThan(limit);
  });

  it(`has weight gradients within ${limit} of a direct one's`, () => {
    const S = batched(
      [cin, tilesOfImage, cout],
      (p, i, k) => V[(p * tilesOfImage + k) * cin + i]!,
      (p, k, j) => Z[(p * tilesOfImage + k) * cout + j]!,
    );
    const size = cin * cout;
    const dw = product(weightGradientMatrix(tile), 9, geometry.planes, S, size);
    const expected = new Float64Array(w.length);
    eachTerm((xi, wi, yi) => {
      expected[wi]! += dy[yi]! * x[xi]!;
    });
    expect(relativeError(dw, expected)).toBeLessThan(limit);
  });
});

describe.each(WHOLE_SIZES)('the matrices of a whole image of %i pixels per axis', (n) => {
  it('compute a convolution with a zero at either end: A^T ((G g) * (A J x))', () => {
    for (let j = 0; j < n; j++) {
      for (let tap = 0; tap < 3; tap++) {
        for (let i = 0; i < n; i++) {
          const sum = WHOLE_A[n].reduce((sum, row, r) => sum + row[j]! * WHOLE_G[n][r]![tap]! * row[n - 1 - i]!, 0);
          expect(sum).toBeCloseTo(i === j + tap - 1 ? 1 : 0, 14);
        }
      }
    }
  });

  it('are for images of that size with a border of one zero', () => {
    const image = { height: n, width: n, ...border };
    expect(wholeImageTile(image)).toBe(`whole ${n}`);
    expect(wholeImageTile({ ...image, width: n + 1 })).toBeUndefined();
    for (const side of Object.keys(border)) {
      for (const padding of [0, 2]) expect(wholeImageTile({ ...image, [side]: padding })).toBeUndefined();
    }
  });
});

it('a tile of whole images of another size is refused', () => {
  expect(() => winogradGeometry('whole 7', { height: 7, width: 3, ...border })).toThrow(
    new RangeError(
      '[winograd] a 7 x 3 image with padding 1, 1, 1, 1 (top, bottom, left, right) is not one of the tile "whole 7": ' +
        'take the tile that wholeImageTile returns for it, 2, 4 or 5',
    ),
  );
});

it('an image smaller than the filter is refused', () => {
  expect(() => winogradGeometry(2, { height: 1, width: 5, padTop: 1 })).toThrow(
    '[winograd] a 1 x 5 image with padding 1, 0, 0, 0 (top, bottom, left, right) is smaller than the 3x3 filter: ' +
      'pad it, or use a smaller filter',
  );
});
