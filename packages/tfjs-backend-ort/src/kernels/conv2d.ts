import type { TensorInfo } from '@tensorflow/tfjs-core';
import { engine } from '@tensorflow/tfjs-core';
import { chooseMethod } from '../convolution/choose-method.js';
import { type ConvAttributes, convGeometry } from '../convolution/geometry.js';
import { im2colForward } from '../convolution/im2col.js';
import { pointwiseForward } from '../convolution/pointwise.js';
import { winogradForward } from '../convolution/winograd.js';
import type { OrtBackend, Output } from '../ort-backend.js';
import type { NativeKernel } from './kernel.js';

/** x [batch, height, width, Cin] with filter [height, width, Cin, Cout]. */
export const conv2d: NativeKernel = {
  kernelName: 'Conv2D',
  kernelFunc: ({ inputs: { x, filter }, attrs, backend }) =>
    convolve(backend, x, filter, attrs as unknown as ConvAttributes)?.info,
};

/** The convolution as a new tensor; undefined for channels first and for empty tensors. */
export function convolve(
  backend: OrtBackend,
  x: TensorInfo,
  filter: TensorInfo,
  attributes: ConvAttributes,
): Output | undefined {
  const geometry = convGeometry(x.shape, filter.shape, attributes);
  if (geometry === undefined) return undefined;
  const { batch, outHeight, outWidth, outChannels } = geometry;
  const shape = [batch, outHeight, outWidth, outChannels];
  const method = chooseMethod(geometry, backend.options.convolution);
  if (method.name === 'winograd') {
    const y = backend.arenaOutput(shape);
    winogradForward(backend, method.tile, geometry, { x, w: filter }, y.values, recordsGradients());
    return y;
  }
  const forward = method.name === 'pointwise' ? pointwiseForward : im2colForward;
  const y = backend.output(shape);
  forward(backend, geometry, backend.floats(x), backend.floats(filter), y.values);
  return y;
}

/** Whether a gradient may ask for what this forward pass computes. */
function recordsGradients(): boolean {
  return engine().state.gradientDepth > 0;
}
