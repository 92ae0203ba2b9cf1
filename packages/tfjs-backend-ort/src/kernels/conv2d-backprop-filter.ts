import { chooseMethod } from '../convolution/choose-method.js';
import { type ConvAttributes, convGeometry, isOutputShape } from '../convolution/geometry.js';
import { im2colFilterGradient } from '../convolution/im2col.js';
import { pointwiseFilterGradient } from '../convolution/pointwise.js';
import { winogradFilterGradient } from '../convolution/winograd.js';
import type { NativeKernel } from './kernel.js';

/** The gradient of a convolution with respect to its filter, of the shape `filterShape`. */
export const conv2dBackpropFilter: NativeKernel = {
  kernelName: 'Conv2DBackpropFilter',
  kernelFunc: ({ inputs: { x, dy }, attrs, backend }) => {
    const { filterShape, ...attributes } = attrs as unknown as ConvAttributes & { filterShape: number[] };
    const geometry = convGeometry(x.shape, filterShape, attributes);
    if (geometry === undefined || !isOutputShape(dy.shape, geometry)) return undefined;
    const method = chooseMethod(geometry, backend.options.convolution);
    const dw = backend.output(filterShape);
    if (method.name === 'winograd') {
      winogradFilterGradient(backend, method.tile, geometry, { x, dy }, dw.values);
    } else {
      const gradient = method.name === 'pointwise' ? pointwiseFilterGradient : im2colFilterGradient;
      gradient(backend, geometry, backend.floats(x), backend.floats(dy), dw.values);
    }
    return dw.info;
  },
};
