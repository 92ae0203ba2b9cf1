import { RandomState } from '@cifarlab/numpy-random';
import { Adam, batchNormTraining } from '@cifarlab/tfjs-ops';
import * as tf from '@tensorflow/tfjs-core';
import { convTask } from './conv-task.js';
import { drawTensor, kernelTask, runKernel } from './kernel-task.js';
import { DATA_SEED } from './random.js';
import type { Task, Workload } from './task.js';

type Make = (shape?: readonly number[]) => tf.Tensor;

/** Single ops of a training step, each on tensors of one shape. */
export const kernelTasks: Record<string, Workload> = {
  conv2d: convTask,
  'max-pool/forward': kernel((make) => {
    const x = make() as tf.Tensor4D;
    return kernelTask(() => tf.maxPool(x, 3, 2, 1, 'floor'));
  }),
  'max-pool/gradient': kernel((make) => {
    const input = make() as tf.Tensor4D;
    // As in training, where the forward pass knows that a gradient will follow (PyTorch's, too, keeps its indices).
    let output: tf.Tensor | undefined;
    tf.grad((x: tf.Tensor) => {
      const y = tf.maxPool(x as tf.Tensor4D, 3, 2, 1, 'floor');
      output = tf.keep(y.clone());
      return y;
    })(input).dispose();
    const dy = make(output!.shape);
    const attributes = { filterSize: 3, strides: 2, pad: 1, dimRoundingMode: 'floor' };
    return kernelTask(() => runKernel('MaxPoolGrad', { dy, input, output: output! }, attributes));
  }),
  'batch-norm/forward': kernel((make, channels) => {
    const [x, gamma, beta] = [make(), make([channels]), make([channels])];
    return kernelTask(() => tf.tidy(() => batchNormTraining(x, gamma, beta, RELU_NORM).y));
  }),
  'batch-norm/backward': kernel((make, channels) => {
    const [x, gamma, beta] = [make(), make([channels]), make([channels])];
    const dy = make();
    const saved = batchNormTraining(x, gamma, beta, RELU_NORM);
    return kernelTask(() => runKernel('CifarlabBatchNormTrainingGrad', { dy, x, gamma, ...saved }, RELU_NORM));
  }),
  adam: kernel((make) => {
    const [initial, gradient] = [make(), make()];
    const parameter = tf.variable(initial);
    const optimizer = new Adam({ learningRate: 1e-4 });
    return { minimum: 20, run: () => optimizer.applyGradients({ [parameter.name]: gradient }) };
  }),
  relu: kernel((make) => {
    const x = make();
    return kernelTask(() => tf.relu(x));
  }),
  add: kernel((make) => {
    const [a, b] = [make(), make()];
    return kernelTask(() => tf.add(a, b));
  }),
  softmax: kernel((make) => {
    const x = make();
    return kernelTask(() => tf.softmax(x));
  }),
  'column-sum': kernel((make) => {
    const x = make();
    return kernelTask(() => tf.sum(x, 0));
  }),
};

const RELU_NORM = { epsilon: 1e-5, activation: 'relu' } as const;

/**
 * Returns a workload whose parameter is a shape; `prepare` gets a maker of tensors of that shape or another, and its
 * last axis.
 */
function kernel(prepare: (make: Make, channels: number) => Task): Workload {
  return (parameters) => {
    const shape = parameters.shape as readonly number[];
    const rng = new RandomState(DATA_SEED);
    return prepare((of = shape) => drawTensor(rng, of), shape.at(-1)!);
  };
}
