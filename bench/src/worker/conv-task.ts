import { RandomState } from '@cifarlab/numpy-random';
import * as tf from '@tensorflow/tfjs-core';
import type { Parameters } from '../protocol.js';
import { type ConvShape, type Pass, sampledError } from './conv-error.js';
import { drawTensor, kernelTask, runKernel } from './kernel-task.js';
import { DATA_SEED } from './random.js';
import { numberOf, type Task } from './task.js';

/**
 * Returns a convolution with stride 1 that keeps the image's size, one of its gradients, or 'training': all three in
 * turn.
 */
export function convTask(parameters: Parameters): Task {
  const [kernel, size, inChannels, outChannels, batch] = (
    ['kernel', 'size', 'inChannels', 'outChannels', 'batch'] as const
  ).map((name) => numberOf(parameters, name)) as [number, number, number, number, number];
  const shape: ConvShape = { kernel, size, inChannels, outChannels, batch };
  const pass = parameters.pass as Pass | 'training';

  const rng = new RandomState(DATA_SEED);
  const x = drawTensor(rng, [batch, size, size, inChannels]) as tf.Tensor4D;
  let filter = drawTensor(rng, [kernel, kernel, inChannels, outChannels]) as tf.Tensor4D;
  const dy = drawTensor(rng, [batch, size, size, outChannels]) as tf.Tensor4D;

  const pad = kernel >> 1;
  const attributes = { strides: [1, 1], pad, dataFormat: 'NHWC', dilations: [1, 1] };
  const gradients = tf.grads((input, weights) => tf.conv2d(input as tf.Tensor4D, weights as tf.Tensor4D, 1, pad));
  const compute = {
    forward: () => runKernel('Conv2D', { x, filter }, attributes),
    'input-gradient': () => runKernel('Conv2DBackpropInput', { dy, filter }, { ...attributes, inputShape: x.shape }),
    'filter-gradient': () => runKernel('Conv2DBackpropFilter', { x, dy }, { ...attributes, filterShape: filter.shape }),
    training() {
      const [dx, dfilter] = gradients([x, filter], dy);
      dx!.dispose();
      return dfilter!;
    },
  }[pass];

  // A step of training meets new weights: whatever an engine derived from the old ones must not serve it.
  const values = filter.dataSync();
  const before = () => {
    filter.dispose();
    filter = tf.tensor4d(values, filter.shape);
  };
  const task = { ...kernelTask(compute), before };
  if (pass === 'training') return task;
  const error = () => {
    const arrays = { x: x.dataSync(), filter: values, dy: dy.dataSync() };
    const result = compute();
    const largest = sampledError(pass, shape, arrays, result.dataSync());
    result.dispose();
    return largest;
  };
  return { ...task, error };
}
