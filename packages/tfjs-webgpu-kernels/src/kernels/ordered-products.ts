import { backend_util, env, type NamedAttrMap, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { GpuKernel } from './kernel.js';

/** Products of `batch` pairs of matrices [rows, inner] [inner, columns]. */
interface Product {
  readonly batch: number;
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
}

/** The program that TensorFlow.js takes for every product while this flag is 0 or more; by default -1. */
const PROGRAM = 'WEBGPU_MATMUL_PROGRAM_TYPE';
const SMALL_TILES = 2;

/**
 * Tells whether TensorFlow.js (4.22) would split the inner sums of a product among workgroups, which add their parts to the
 * result in whatever order they finish: its last bits then differ from run to run.
 */
function isSplit({ batch, rows, columns, inner }: Product, fewWorkgroups: number): boolean {
  if (batch !== 1 || inner < 2000 || rows * columns <= 128) return false;
  const workgroups = Math.ceil(rows / 32) * Math.ceil(columns / 32);
  return workgroups <= (rows <= 8 ? 2 : 1) * fewWorkgroups;
}

/** Computes with TensorFlow.js's kernel of that name, but never splits the inner sums. */
function orderedKernel(
  kernelName: string,
  productOf: (inputs: Readonly<Record<string, TensorInfo>>, attrs: NamedAttrMap) => Product,
): GpuKernel {
  return {
    kernelName,
    run({ inputs, attrs, backend, otherwise }) {
      const chosen = env().getNumber(PROGRAM);
      if (chosen >= 0 || !isSplit(productOf(inputs, attrs), backend.thresholdToIncreaseWorkgroups)) return undefined;
      env().set(PROGRAM, SMALL_TILES);
      try {
        return otherwise();
      } finally {
        env().set(PROGRAM, chosen);
      }
    },
  };
}

function matrices({ a, b }: Readonly<Record<string, TensorInfo>>, attrs: NamedAttrMap): Product {
  const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean };
  const [m, n] = [a!, b!].map(({ shape }) => shape.slice(-2)) as [number[], number[]];
  const batchOf = ({ shape }: TensorInfo) => util.sizeFromShape(shape.slice(0, -2));
  return {
    batch: Math.max(batchOf(a!), batchOf(b!)),
    rows: m[transposeA ? 1 : 0]!,
    columns: n[transposeB ? 0 : 1]!,
    inner: m[transposeA ? 0 : 1]!,
  };
}

type Shape = [number, number, number, number];

interface ConvolutionAttributes {
  strides: [number, number] | number;
  pad: Parameters<typeof backend_util.computeConv2DInfo>[4];
  dataFormat: 'NHWC' | 'NCHW';
  dilations: [number, number] | number;
  dimRoundingMode: 'floor' | 'round' | 'ceil' | undefined;
}

/** The product of patches and filters, of each image by itself unless the filter covers it. */
function patchesAndFilters({ x, filter }: Readonly<Record<string, TensorInfo>>, attrs: NamedAttrMap): Product {
  const { strides, pad, dataFormat, dilations, dimRoundingMode } = attrs as unknown as ConvolutionAttributes;
  const [shape, filterShape] = [x!.shape, filter!.shape] as [Shape, Shape];
  const format = backend_util.convertConv2DDataFormat(dataFormat);
  const info = backend_util.computeConv2DInfo(
    ...([shape, filterShape, strides, dilations, pad, dimRoundingMode, false, format] as const),
  );
  const { batchSize, outHeight, outWidth, outChannels, filterHeight, filterWidth, inChannels } = info;
  const inner = filterHeight * filterWidth * inChannels;
  const isWhole = filterHeight === info.inHeight && filterWidth === info.inWidth && info.padInfo.type === 'VALID';
  if (isWhole) return { batch: 1, rows: batchSize, columns: outChannels, inner };
  const pixels = outHeight * outWidth;
  const [rows, columns] = dataFormat === 'NCHW' ? [outChannels, pixels] : [pixels, outChannels];
  return { batch: batchSize, rows, columns, inner };
}

/** All kernels of TensorFlow.js that compute a product of matrices. */
export const orderedProducts: readonly GpuKernel[] = [
  orderedKernel('BatchMatMul', matrices),
  orderedKernel('_FusedMatMul', matrices),
  orderedKernel('Conv2D', patchesAndFilters),
  orderedKernel('FusedConv2D', patchesAndFilters),
];
