import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelContext } from '../backend/kernel-context.js';
import type { FinishPixels } from '../convolution/conv-method.js';
import type { ConvAttributes } from '../convolution/geometry.js';
import type { Activation } from '../simd/activation.js';
import { convolve } from './conv2d.js';
import { addResidual, type BiasAndRectifier, canFinish, finish, finishRows, isBiasAndRectifier } from './finish.js';
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
      return convolve(context, x, filter, attributes, finishPixels(context, steps))?.info;
    }
    const y = convolve(context, x, filter, attributes);
    if (y) finish(context, y, steps);
    return y?.info;
  },
};

/** activation(convolution + bias + residual): bias [channels], a residual of the result's shape, a rectifier. */
export const residualConv2d: NativeKernel = {
  kernelName: 'CifarlabResidualConv2D',
  kernelFunc: ({ inputs: { x, filter, bias, residual }, attrs, context }) => {
    const { activation, ...attributes } = attrs as unknown as ConvAttributes & { activation: Activation };
    const steps = { bias, activation, slope: undefined, slopes: undefined };
    const y = convolve(context, x, filter, attributes, finishPixels(context, steps, residual));
    return y && [y.info];
  },
};

interface FusedConvAttributes extends ConvAttributes {
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}

function finishPixels(context: KernelContext, steps: BiasAndRectifier, residual?: TensorInfo): FinishPixels {
  const { bias, activation = 'linear' } = steps;
  return {
    bias,
    residual,
    activation,
    apply(y, first, count) {
      const rows = { first, count };
      if (!residual) {
        finishRows(context, y, steps, rows);
        return;
      }
      finishRows(context, y, { ...steps, activation: 'linear' }, rows);
      addResidual(context, y, residual, rows);
      finishRows(context, y, { ...steps, bias: undefined }, rows);
    },
  };
}
