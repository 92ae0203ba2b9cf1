import { backend_util } from '@tensorflow/tfjs-core';

/** The sizes of one convolution of NHWC images with HWIO weights. */
export interface ConvGeometry {
  readonly batch: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
}

/** Attributes that Conv2D, FusedConv2D and the two gradient kernels have in common. */
export interface ConvAttributes {
  readonly strides: [number, number] | number;
  readonly pad: Parameters<typeof backend_util.computeConv2DInfo>[4];
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dilations?: [number, number] | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/**
 * Returns the geometry that tfjs derives from shapes and attributes; undefined for channels first and for empty
 * tensors.
 */
export function convGeometry(
  inputShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dataFormat = 'NHWC', dilations = 1, dimRoundingMode }: ConvAttributes,
): ConvGeometry | undefined {
  if (dataFormat !== 'NHWC') return undefined;
  const info = backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    dilations,
    pad,
    dimRoundingMode,
  );
  const geometry: ConvGeometry = {
    batch: info.batchSize,
    inHeight: info.inHeight,
    inWidth: info.inWidth,
    inChannels: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    outChannels: info.outChannels,
    filterHeight: info.filterHeight,
    filterWidth: info.filterWidth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    dilationHeight: info.dilationHeight,
    dilationWidth: info.dilationWidth,
    padTop: info.padInfo.top,
    padLeft: info.padInfo.left,
  };
  const { batch, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = geometry;
  const sizes = [batch, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels];
  return sizes.every((size) => size > 0) ? geometry : undefined;
}

/**
 * Returns whether every output pixel is a linear map of the one input pixel at its place, so that a matrix product does
 * it.
 */
export function isPointwise(g: ConvGeometry): boolean {
  const oneTap = g.filterHeight === 1 && g.filterWidth === 1 && g.strideHeight === 1 && g.strideWidth === 1;
  return oneTap && g.padTop === 0 && g.padLeft === 0 && g.outHeight === g.inHeight && g.outWidth === g.inWidth;
}

/**
 * Returns whether `dyShape` is the shape of the convolution's output. tfjs lets `conv2dTranspose` pass a larger one, of
 * which the cpu kernel reads the upper left part.
 */
export function isOutputShape(dyShape: readonly number[], g: ConvGeometry): boolean {
  const [batch, height, width, channels] = dyShape;
  return batch === g.batch && height === g.outHeight && width === g.outWidth && channels === g.outChannels;
}
