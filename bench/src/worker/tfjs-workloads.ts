import * as tf from '@tensorflow/tfjs-core';
import { convNetEvaluation, convNetStep } from './convnet-tasks.js';
import { efficientNetEvaluation, efficientNetStep } from './efficientnet-tasks.js';
import { fastNetStep } from './fastnet-task.js';
import { mlpStep } from './mlp-task.js';
import type { Workloads } from './task.js';
import { kernelTasks } from './tfjs-kernels.js';

/** Returns the workloads of TensorFlow.js, on whichever backend is in use. */
export function tfjsWorkloads(): Workloads {
  return {
    subject: `TensorFlow.js ${tf.version_core}`,
    workloads: {
      'convnet-step': convNetStep,
      'convnet-eval': convNetEvaluation,
      'efficientnet-step': efficientNetStep,
      'efficientnet-eval': efficientNetEvaluation,
      'fastnet-step': fastNetStep,
      'mlp-step': mlpStep,
      ...kernelTasks,
    },
    tensors() {
      const { numTensors, numBytes } = tf.memory();
      return { tensors: numTensors, tensorBytes: numBytes };
    },
  };
}
