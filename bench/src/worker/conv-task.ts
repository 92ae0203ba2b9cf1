import { RandomState } from '@cifarlab/numpy-random';
import type { Parameters } from '../protocol.js';
import { type ConvArrays, type ConvShape, type Pass, sampledError } from './conv-error.js';
import { drawTensor, kernelTask, runKernel } from './kernel-task.js';
import { DATA_SEED } from './random.js';
import { numberOf, type Task } from './task.js';

/** A convolution with stride 1 that keeps the image's size, or one of its gradients. */
export function convTask(parameters: Parameters): Task {
  const [kernel, size, inChannels, outChannels, batch] = (
    ['kernel', 'size', 'inChannels', 'outChannels', 'batch'] as const
  ).map((name) => numberOf(parameters, name)) as [number, number, number, number, number];
  const shape: ConvShape = { kernel, size, inChannels, outChannels, batch };
  const pass = parameters.pass as Pass;

  const rng = new RandomState(DATA_SEED);
  const x = drawTensor(rng, [batch, size, size, inChannels]);
  const filter = drawTensor(rng, [kernel, kernel, inChannels, outChannels]);
  const dy = drawTensor(rng, [batch, size, size, outChannels]);
  const attributes = { strides: [1, 1], pad: kernel >> 1, dataFormat: 'NHWC', dilations: [1, 1] };
  const compute = {
    forward: () => runKernel('Conv2D', { x, filter }, attributes),
    'input-gradient': () => runKernel('Conv2DBackpropInput', { dy, filter }, { ...attributes, inputShape: x.shape }),
    'filter-gradient': () => runKernel('Conv2DBackpropFilter', { x, dy }, { ...attributes, filterShape: filter.shape }),
  }[pass];
  const arrays = { x, filter, dy };
  return {
    ...kernelTask(compute),
    error() {
      const result = compute();
      const data = Object.fromEntries(Object.entries(arrays).map(([name, tensor]) => [name, tensor.dataSync()]));
      const error = sampledError(pass, shape, data as unknown as ConvArrays, result.dataSync() as Float32Array);
      result.dispose();
      return error;
    },
  };
}
