import type { NativeKernel } from './kernel.js';

/**
 * From int32 and bool to float32. The cpu kernel gives the same data another type, but here the floats of a tensor lie in
 * an array of floats.
 */
export const cast: NativeKernel = {
  kernelName: 'Cast',
  kernelFunc: ({ inputs: { x }, attrs: { dtype }, context }) => {
    if (dtype !== 'float32' || (x.dtype !== 'int32' && x.dtype !== 'bool')) return undefined;
    const y = context.output(x.shape);
    y.values.set(context.values(x) as Int32Array | Uint8Array);
    return y.info;
  },
};
