import { ortRuntime } from '@cifarlab/ort-runtime';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { referenceFilterGradient, referenceForward, referenceInputGradient } from '../../test/reference-convolution.js';
import type { OrtBackendOptions } from '../backend/options.js';
import { OrtBackend } from '../backend/ort-backend.js';
import { type ConvAttributes, type ConvGeometry, convGeometry } from '../convolution/geometry.js';
import { chooseMethod } from '../convolution/methods.js';
import { winogradForward } from '../convolution/winograd.js';
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput } from './conv2d.js';
import { fusedConv2d, residualConv2d } from './fused-conv2d.js';
import type { NativeKernel } from './kernel.js';

// Chunks of a machine with small caches, on every machine: the cases below are cut into several.
vi.mock('@cifarlab/internals/cpu-cache', () => ({ cacheBytes: () => 2 ** 20 }));

type Method = NonNullable<OrtBackendOptions['convolution']>;

const backends: Record<Method, OrtBackend> = {
  auto: makeBackend('auto'),
  im2col: makeBackend('im2col'),
  winograd: makeBackend('winograd'),
  'winograd-2x2': makeBackend('winograd-2x2'),
};

function makeBackend(convolution: Method): OrtBackend {
  return new OrtBackend(ortRuntime(), { convolution, memoryLimit: 256 * 2 ** 20 });
}

interface Case {
  readonly x: number[];
  readonly filter: number[];
  readonly attributes: ConvAttributes;
  readonly seed: number;
}

const size = (maximum: number) => fc.integer({ min: 1, max: maximum });
const channels = fc.constantFrom(1, 2, 3, 4, 8, 12);
const explicitPad = (limit: number) =>
  fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: limit }))).map(
    ([a, b, c, d]) =>
      [
        [0, 0],
        [a, b],
        [c, d],
        [0, 0],
      ] as ConvAttributes['pad'],
  );

/** Any convolution that tfjs allows: strides or dilations are 1. */
const anyConvolution: fc.Arbitrary<Case> = fc
  .record({
    batch: size(3),
    image: fc.tuple(size(9), size(9)),
    filter: fc.tuple(size(4), size(4)),
    inChannels: channels,
    outChannels: channels,
    strides: fc.tuple(size(3), size(3)),
    dilations: fc.tuple(size(2), size(2)),
    strided: fc.boolean(),
    pad: fc.oneof(fc.constantFrom<ConvAttributes['pad']>('same', 'valid', 1), explicitPad(2)),
    seed: fc.nat(),
  })
  .map(({ batch, image, filter, inChannels, outChannels, strides, dilations, strided, pad, seed }) => ({
    x: [batch, ...image, inChannels],
    filter: [...filter, inChannels, outChannels],
    attributes: {
      strides: strided ? strides : [1, 1],
      dilations: strided ? [1, 1] : dilations,
      pad,
      dimRoundingMode: 'floor',
    } as ConvAttributes,
    seed,
  }));

const anyImage = fc.record({
  image: fc.tuple(size(11), size(11)),
  pad: fc.oneof(fc.constantFrom<ConvAttributes['pad']>('same', 'valid'), explicitPad(2)),
});
/** Images that are one tile of Winograd's. */
const wholeImage = fc.record({
  image: fc.constantFrom<[number, number]>([2, 2], [3, 3], [7, 7]),
  pad: fc.constantFrom<ConvAttributes['pad']>('same', 1),
});

/** 3x3 with stride 1 and channels in fours: what Winograd's transforms are for. */
const winogradConvolution = (images: number, imageAndPad = anyImage): fc.Arbitrary<Case> =>
  fc
    .record({
      batch: size(images),
      imageAndPad,
      inChannels: fc.constantFrom(4, 8, 20),
      outChannels: fc.constantFrom(4, 8, 20),
      seed: fc.nat(),
    })
    .map(({ imageAndPad, ...others }) => ({ ...imageAndPad, ...others }))
    .map(({ batch, image, inChannels, outChannels, pad, seed }) => ({
      x: [batch, ...image, inChannels],
      filter: [3, 3, inChannels, outChannels],
      attributes: { strides: 1, dilations: 1, pad },
      seed,
    }));

/** Returns the geometry of a case, or undefined if the filter is larger than the padded image. */
function geometryOf({ x, filter, attributes }: Case): ConvGeometry | undefined {
  try {
    return convGeometry(x, filter, attributes);
  } catch {
    return undefined;
  }
}

function randomValues(length: number, seed: number): Float32Array {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

function tensor(backend: OrtBackend, shape: number[], values: Float32Array): TensorInfo {
  return { dataId: backend.write(values, shape, 'float32'), shape, dtype: 'float32' };
}

function compute(
  backend: OrtBackend,
  kernel: NativeKernel,
  inputs: Record<string, TensorInfo>,
  attrs: object,
): Float32Array {
  const { kernelContext: context } = backend;
  const result = context.run(() => kernel.kernelFunc({ inputs, attrs: attrs as never, context }, undefined));
  if (result === undefined) throw new Error(`${kernel.kernelName} left the case to the cpu kernel.`);
  const { dataId } = Array.isArray(result) ? result[0]! : result;
  const values = backend.readSync(dataId) as Float32Array;
  backend.disposeData(dataId);
  return values;
}

/** Computes max|a-b| / max|b|. */
function error(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0;
  let largest = 1e-30;
  for (let i = 0; i < b.length; i++) {
    difference = Math.max(difference, Math.abs(a[i] - b[i]));
    largest = Math.max(largest, Math.abs(b[i]));
  }
  return a.length === b.length ? difference / largest : Number.NaN;
}

/**
 * Returns the largest errors of output, input gradient and filter gradient; the arena must be as full afterwards as
 * before.
 */
function errorsOf(backend: OrtBackend, { x, filter, attributes, seed }: Case, g: ConvGeometry) {
  const outShape = [g.batch, g.outHeight, g.outWidth, g.outChannels];
  const values = {
    x: randomValues(product(x), seed),
    w: randomValues(product(filter), seed + 1),
    dy: randomValues(product(outShape), seed + 2),
  };
  const before = backend.tensors.arena.statistics().bytesInUse;
  const tensors = {
    x: tensor(backend, x, values.x),
    filter: tensor(backend, filter, values.w),
    dy: tensor(backend, outShape, values.dy),
  };
  const { dy } = tensors;
  const forward = compute(backend, conv2d, { x: tensors.x, filter: tensors.filter }, attributes);
  const dx = compute(backend, conv2dBackpropInput, { dy, filter: tensors.filter }, { ...attributes, inputShape: x });
  const dw = compute(backend, conv2dBackpropFilter, { x: tensors.x, dy }, { ...attributes, filterShape: filter });
  for (const { dataId } of Object.values(tensors)) backend.disposeData(dataId);
  expect(backend.tensors.arena.statistics().bytesInUse).toBe(before);
  return {
    forward: error(forward, referenceForward(g, values.x, values.w)),
    inputGradient: error(dx, referenceInputGradient(g, values.dy, values.w)),
    filterGradient: error(dw, referenceFilterGradient(g, values.x, values.dy)),
  };
}

function expectExact(backend: OrtBackend, convolution: Case, tolerance: number): void {
  const geometry = geometryOf(convolution);
  if (geometry === undefined) return;
  const errors = errorsOf(backend, convolution, geometry);
  for (const [part, value] of Object.entries(errors)) {
    expect(value, `${part} of ${JSON.stringify(convolution)}`).toBeLessThan(tolerance);
  }
}

describe('convolutions agree with float64', () => {
  it.each<Method>(['auto', 'im2col'])('%s, any filter, stride, dilation and padding', (method) => {
    fc.assert(
      fc.property(anyConvolution, (convolution) => expectExact(backends[method], convolution, 3e-6)),
      { numRuns: 150 },
    );
  });

  it('winograd in tiles of 2x2, any image and padding', () => {
    fc.assert(
      fc.property(winogradConvolution(3), (convolution) => expectExact(backends['winograd-2x2'], convolution, 5e-6)),
      { numRuns: 150 },
    );
  });

  it('winograd, any image and padding, with so many images that some are cut into tiles of 4x4 and 5x5', () => {
    fc.assert(
      fc.property(winogradConvolution(30), (convolution) => expectExact(backends.winograd, convolution, 3e-5)),
      { numRuns: 150 },
    );
  });

  it.each<Method>(['winograd', 'winograd-2x2'])('%s, whole images', (method) => {
    fc.assert(
      fc.property(winogradConvolution(30, wholeImage), (convolution) =>
        expectExact(backends[method], convolution, 5e-6),
      ),
      { numRuns: 60 },
    );
  });

  it.each<[Method, number[], number[]]>([
    ['im2col', [37, 16, 16, 32], [3, 3, 32, 8]],
    ['winograd', [400, 7, 7, 64], [3, 3, 64, 8]],
    ['winograd', [120, 15, 15, 8], [3, 3, 8, 48]],
    ['winograd', [61, 24, 24, 32], [3, 3, 32, 8]],
    ['winograd', [61, 24, 24, 8], [3, 3, 8, 32]],
    ['winograd-2x2', [37, 24, 24, 32], [3, 3, 32, 8]],
    ['im2col', [2, 150, 150, 8], [5, 5, 8, 2]],
  ])('%s in several chunks, the last one smaller: %j with %j', (method, x, filter) => {
    expectExact(backends[method], { x, filter, attributes: { strides: 1, pad: 'same' }, seed: 7 }, 1e-5);
  });
});

it('Winograd transforms some images at a time: the memory for tiles does not grow with the batch', () => {
  const backend = makeBackend('winograd');
  const [x, filter] = [
    [64, 32, 32, 32],
    [3, 3, 32, 32],
  ];
  const inputs = {
    x: tensor(backend, x, new Float32Array(product(x))),
    filter: tensor(backend, filter, new Float32Array(product(filter))),
  };
  compute(backend, conv2d, inputs, { strides: 1, pad: 'same' });
  const images = 2 * product(x) * Float32Array.BYTES_PER_ELEMENT;
  // Two chunks of 9 MB, input and products; all tiles would take 38.
  expect(backend.memory().numBytesHighWater - images).toBeLessThan(22e6);
  backend.dispose();
});

describe('a bias, a residual and a rectifier that follow a convolution', () => {
  const [lowest, highest] = [
    { linear: Number.NEGATIVE_INFINITY, relu: 0, relu6: 0 },
    { linear: Number.POSITIVE_INFINITY, relu: Number.POSITIVE_INFINITY, relu6: 6 },
  ];
  const withBias = (backend: OrtBackend, { x, filter, attributes, seed }: Case, hasResidual: boolean) => {
    const g = geometryOf({ x, filter, attributes, seed })!;
    const outShape = [g.batch, g.outHeight, g.outWidth, g.outChannels];
    const bias = randomValues(g.outChannels, seed + 2);
    const values = { x: randomValues(product(x), seed), filter: randomValues(product(filter), seed + 1), bias };
    const residual = randomValues(product(outShape), seed + 3).map((value) => (hasResidual ? 3 * value : 0));
    const tensors = {
      x: tensor(backend, x, values.x),
      filter: tensor(backend, filter, values.filter),
      bias: tensor(backend, [g.outChannels], bias),
      ...(hasResidual && { residual: tensor(backend, outShape, residual) }),
    };
    const sums = referenceForward(g, values.x, values.filter);
    for (const activation of ['linear', 'relu', 'relu6'] as const) {
      const kernel = hasResidual ? residualConv2d : fusedConv2d;
      const actual = compute(backend, kernel, tensors, { ...attributes, activation });
      const expected = Array.from(sums, (value, i) =>
        Math.min(Math.max(value + bias[i % g.outChannels]! + residual[i]!, lowest[activation]), highest[activation]),
      );
      expect(error(actual, expected), activation).toBeLessThan(3e-5);
    }
    for (const { dataId } of Object.values(tensors)) backend.disposeData(dataId);
  };

  it.each<[Method, number[], number[], number]>([
    ['auto', [3, 60, 61, 3], [1, 1, 3, 129], 1],
    ['im2col', [5, 60, 61, 3], [5, 5, 3, 17], 1],
    ['auto', [2, 40, 41, 3], [3, 3, 3, 32], 2],
    ['winograd', [3, 12, 12, 8], [3, 3, 8, 8], 1],
    ['winograd', [61, 23, 25, 32], [3, 3, 32, 8], 1],
    ['winograd-2x2', [81, 11, 13, 8], [3, 3, 8, 48], 1],
    ['winograd', [2, 9, 9, 4], [3, 3, 4, 520], 1],
    ['winograd', [400, 7, 7, 8], [3, 3, 8, 64], 1],
    ['winograd', [120, 15, 14, 8], [3, 3, 8, 48], 1],
    ['winograd', [5, 3, 3, 8], [3, 3, 8, 520], 1],
    ['winograd', [5, 2, 2, 8], [3, 3, 8, 20], 1],
  ])('%s, in as many blocks as it takes: %j with %j, stride %i', (method, x, filter, strides) => {
    for (const hasResidual of [false, true]) {
      withBias(backends[method], { x, filter, attributes: { strides, pad: 'same' }, seed: 3 }, hasResidual);
    }
  });

  it('also where the output finds no room in the arena', () => {
    const backend = new OrtBackend(ortRuntime(), { memoryLimit: 2 ** 20 });
    const convolution: Case = {
      x: [1, 60, 61, 3],
      filter: [1, 1, 3, 129],
      attributes: { strides: 1, pad: 'same' },
      seed: 3,
    };
    for (const hasResidual of [false, true]) withBias(backend, convolution, hasResidual);
    expect(backend.tensors.arena.statistics().highWater).toBeLessThan(2 ** 20);
    backend.dispose();
  });
});

describe('the choice of a method', () => {
  const method = (x: number[], filter: number[], attributes: ConvAttributes, option: Method = 'auto') =>
    chooseMethod(convGeometry(x, filter, attributes)!, option).name;

  it('takes a matrix product for 1x1, whatever the option', () => {
    for (const option of ['auto', 'im2col', 'winograd'] as const) {
      expect(method([2, 8, 8, 64], [1, 1, 64, 128], { strides: 1, pad: 'same' }, option)).toBe('pointwise');
    }
  });

  it('takes Winograd for 3x3 with many channels, and im2col for what it cannot do', () => {
    const same: ConvAttributes = { strides: 1, pad: 'same' };
    const ofImage = (image: number, option: Method, images = 32, channels = 256) =>
      method([images, image, image, channels], [3, 3, channels, channels], same, option);
    for (const option of ['auto', 'winograd'] as const) {
      expect(ofImage(8, option)).toBe('winograd 4x4');
      expect(ofImage(7, option)).toBe('winograd 4x4');
      expect(ofImage(7, option, 8)).toBe('winograd 2x2');
      expect(ofImage(4, option)).toBe('winograd 2x2');
      expect(ofImage(4, option, 64)).toBe('winograd 4x4');
      // Few weights stay in the cache.
      expect(ofImage(4, option, 32, 64)).toBe('winograd 4x4');
      expect(ofImage(8, option, 1, 64)).toBe('winograd 2x2');
      expect(ofImage(64, option, 1)).toBe('winograd 4x4');
      expect(ofImage(15, option)).toBe('winograd 5x5');
      expect(ofImage(14, option)).toBe('winograd 5x5');
      expect(ofImage(16, option)).toBe('winograd 4x4');
    }
    for (const option of ['auto', 'winograd', 'winograd-2x2'] as const) {
      expect(ofImage(2, option, 1)).toBe('winograd whole 2');
      expect(ofImage(3, option, 1)).toBe('winograd whole 3');
      expect(ofImage(7, option, 128)).toBe('winograd whole 7');
      const bordered = (pad: ConvAttributes['pad']) =>
        method([9, 3, 3, 64], [3, 3, 64, 64], { strides: 1, pad }, option);
      expect(bordered(1)).toBe('winograd whole 3');
      expect(bordered(2)).toBe(option === 'winograd-2x2' ? 'winograd 2x2' : 'winograd 5x5');
      expect(bordered('valid')).toBe(option === 'auto' ? 'im2col' : 'winograd 2x2');
    }
    expect(ofImage(8, 'winograd-2x2')).toBe('winograd 2x2');
    expect(ofImage(1, 'auto')).toBe('im2col');
    expect(ofImage(1, 'winograd')).toBe('winograd 2x2');
    expect(method([2, 8, 8, 64], [3, 3, 64, 64], { strides: 2, pad: 'same' }, 'winograd')).toBe('im2col');
    expect(method([2, 8, 8, 3], [3, 3, 3, 64], same, 'winograd')).toBe('im2col');
    expect(method([32, 8, 8, 12], [3, 3, 12, 64], same)).toBe('im2col');
    expect(method([32, 8, 8, 16], [3, 3, 16, 64], same)).toBe('winograd 4x4');
    expect(ofImage(8, 'im2col')).toBe('im2col');
    expect(method([2, 8, 8, 64], [1, 1, 64, 64], { strides: 2, pad: 'valid' })).toBe('im2col');
  });
});

describe('what Winograd keeps for the gradients', () => {
  const x = [3, 10, 10, 32];
  const filter = [3, 3, 32, 32];
  const attributes: ConvAttributes = { strides: 1, pad: 'same' };

  it('transforms weights and output gradient once, and gives the latter back after the filter gradient', () => {
    const backend = backends['winograd-2x2'];
    const g = convGeometry(x, filter, attributes)!;
    const tensors = {
      x: tensor(backend, x, randomValues(product(x), 1)),
      filter: tensor(backend, filter, randomValues(product(filter), 2)),
      dy: tensor(backend, x, randomValues(product(x), 3)),
    };
    const kept = () => backend.memory().numBytesAttached;
    const [unkept, kernels] = [kept(), { ...attributes }];
    const { kernelContext: context } = backend;
    const y = context.output(x);
    context.run(() => {
      winogradForward(context, 2, g, { x: tensors.x, w: tensors.filter }, y, { keep: true });
      return true;
    });
    const weights = 16 * 32 * 32 * 4;
    const images = 16 * (3 * 5 * 5 + 1) * 32 * 4;
    expect(kept() - unkept).toBe(weights + images);
    const { dy } = tensors;
    compute(backend, conv2dBackpropInput, { dy, filter: tensors.filter }, { ...kernels, inputShape: x });
    expect(kept() - unkept).toBe(weights + 2 * images);
    const dw = compute(backend, conv2dBackpropFilter, { x: tensors.x, dy }, { ...kernels, filterShape: filter });
    expect(kept() - unkept).toBe(weights);
    expect(
      error(dw, referenceFilterGradient(g, randomValues(product(x), 1), randomValues(product(x), 3))),
    ).toBeLessThan(5e-6);
    for (const { dataId } of [...Object.values(tensors), y.info]) backend.disposeData(dataId);
    expect(kept()).toBe(unkept);
  });
});

describe('the filter gradient of Winograd', () => {
  it('is the same where nothing was kept and the tiles are made some at a time', () => {
    // Four chunks of some 9 MB, three of which are multiplied at a time.
    const x = [220, 8, 8, 256];
    const filter = [3, 3, 256, 256];
    const values = { x: randomValues(product(x), 1), dy: randomValues(product(x), 2) };
    const [unkept, im2col] = [{ cacheLimit: 0 }, { convolution: 'im2col' } as const].map((options) => {
      const backend = new OrtBackend(ortRuntime(), { memoryLimit: 512 * 2 ** 20, ...options });
      const inputs = { x: tensor(backend, x, values.x), dy: tensor(backend, x, values.dy) };
      const dw = compute(backend, conv2dBackpropFilter, inputs, { strides: 1, pad: 'same', filterShape: filter });
      expect(backend.memory().numBytesAttached).toBe(0);
      backend.dispose();
      return dw;
    });
    expect(error(unkept!, im2col!)).toBeLessThan(1e-5);
  });
});

describe('what is not a native case', () => {
  it('leaves channels first and empty tensors to the cpu kernel', () => {
    const backend = backends.auto;
    const inputs = {
      x: tensor(backend, [0, 4, 4, 4], new Float32Array(0)),
      filter: tensor(backend, [3, 3, 4, 4], new Float32Array(144)),
    };
    const { kernelContext: context } = backend;
    const call = (attrs: object) => conv2d.kernelFunc({ inputs, attrs: attrs as never, context }, undefined);
    expect(call({ strides: 1, pad: 'same' })).toBeUndefined();
    expect(call({ strides: 1, pad: 'same', dataFormat: 'NCHW' })).toBeUndefined();
  });
});
