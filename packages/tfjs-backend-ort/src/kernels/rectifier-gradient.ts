import { biasGradientFloats } from '../simd/elementwise-kernels.js';
import type { NativeKernel } from './kernel.js';

/**
 * The gradients behind y = rectifier(z + bias): inputs dy, y [..., C]; outputs dz of y's shape, dbias [C], the sum of dz
 * over all other axes.
 */
export const rectifierGrad: NativeKernel = {
  kernelName: 'CifarlabRectifierGrad',
  kernelFunc: ({ inputs: { dy, y }, attrs, context }) => {
    const { activation } = attrs as { activation: 'relu' | 'relu6' };
    const channels = y.shape.at(-1)!;
    const [dz, dbias] = [context.arenaOutput(y.shape), context.arenaOutput([channels])];
    const rows = dz.values.length / channels;
    const addresses = {
      dy: context.arenaFloats(dy).byteOffset,
      y: context.arenaFloats(y).byteOffset,
      dx: dz.values.byteOffset,
      dbias: dbias.values.byteOffset,
      partial: context.scratch(biasGradientFloats(rows, channels)).byteOffset,
    };
    context.simd.elementwise.activationGradient(activation, addresses, rows, channels);
    return [dz.info, dbias.info];
  },
};
