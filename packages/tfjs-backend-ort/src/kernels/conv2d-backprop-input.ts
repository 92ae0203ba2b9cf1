import { chooseMethod } from '../convolution/choose-method.js';
import { type ConvAttributes, convGeometry, isOutputShape } from '../convolution/geometry.js';
import { im2colInputGradient } from '../convolution/im2col.js';
import { pointwiseInputGradient } from '../convolution/pointwise.js';
import { winogradInputGradient } from '../convolution/winograd.js';
import type { NativeKernel } from './kernel.js';

/** The gradient of a convolution with respect to its input, of the shape `inputShape`. */
export const conv2dBackpropInput: NativeKernel = {
  kernelName: 'Conv2DBackpropInput',
  kernelFunc: ({ inputs: { dy, filter }, attrs, backend }) => {
    const { inputShape, ...attributes } = attrs as unknown as ConvAttributes & { inputShape: number[] };
    const geometry = convGeometry(inputShape, filter.shape, attributes);
    if (geometry === undefined || !isOutputShape(dy.shape, geometry)) return undefined;
    const method = chooseMethod(geometry, backend.options.convolution);
    if (method.name === 'winograd') {
      const dx = backend.arenaOutput(inputShape);
      winogradInputGradient(backend, method.tile, geometry, { dy, w: filter }, dx.values);
      return dx.info;
    }
    const gradient = method.name === 'pointwise' ? pointwiseInputGradient : im2colInputGradient;
    const dx = backend.output(inputShape);
    gradient(backend, geometry, backend.floats(dy), backend.floats(filter), dx.values);
    return dx.info;
  },
};
