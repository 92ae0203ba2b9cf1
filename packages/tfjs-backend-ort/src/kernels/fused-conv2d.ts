import type { ConvAttributes } from '../convolution/geometry.js';
import { convolve } from './conv2d.js';
import { canFinish, finish, finishRows, isBiasAndRectifier } from './finish.js';
import type { NativeKernel } from './kernel.js';

/** activation(convolution + bias). */
export const fusedConv2d: NativeKernel = {
  kernelName: 'FusedConv2D',
  kernelFunc: ({ inputs: { x, filter, bias, preluActivationWeights: slopes }, attrs, context }) => {
    const { activation, leakyreluAlpha: slope, ...attributes } = attrs as unknown as FusedConvAttributes;
    const steps = { bias, activation, slope, slopes };
    if (!canFinish(steps)) return undefined;
    const channels = filter.shape[3]!;
    if (isBiasAndRectifier(steps, channels)) {
      return convolve(context, x, filter, attributes, (y, first, count) =>
        finishRows(context, y, steps, { first, count }),
      )?.info;
    }
    const y = convolve(context, x, filter, attributes);
    if (y) finish(context, y, steps);
    return y?.info;
  },
};

interface FusedConvAttributes extends ConvAttributes {
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}
