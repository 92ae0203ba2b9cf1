import type { NativeKernel } from './kernel.js';

/** Images [batch, height, width, C] to [batch, ...size, C]. The gradient is left to the cpu kernel. */
export const resizeBilinear: NativeKernel = {
  kernelName: 'ResizeBilinear',
  kernelFunc: ({ inputs: { images }, attrs, context }) => {
    const { size, alignCorners, halfPixelCenters: halfPixelCentres } = attrs as unknown as ResizeAttributes;
    const [batch, inHeight, inWidth, channels] = images.shape as [number, number, number, number];
    const [outHeight, outWidth] = size;
    const isEmpty = [...images.shape, ...size].some((length) => length <= 0);
    if (images.dtype !== 'float32' || isEmpty) return undefined;
    const y = context.arenaOutput([batch, outHeight, outWidth, channels]);
    context.simd.resize.bilinear(context.arenaFloats(images).byteOffset, y.values.byteOffset, {
      ...{ batch, inHeight, inWidth, channels, outHeight, outWidth, halfPixelCentres },
      scaleHeight: scale(inHeight, outHeight, alignCorners),
      scaleWidth: scale(inWidth, outWidth, alignCorners),
    });
    return y.info;
  },
};

/** Pixels of the input for one of the output; between the centres of the outermost ones where corners are aligned. */
function scale(from: number, to: number, alignCorners: boolean): number {
  return alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
}

interface ResizeAttributes {
  readonly size: [number, number];
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}
