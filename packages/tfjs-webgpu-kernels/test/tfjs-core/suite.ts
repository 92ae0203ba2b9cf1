// Bundled, and run in its own process: `node suite.mjs FILE` writes a SuiteReport to FILE. These are the specs of what training
// computes, and of the kernels that replace TensorFlow.js's own.
import '../../../tfjs-backend-ort/test/tfjs-core/jasmine-globals.js';
import './test-environment.js';
import '@tensorflow/tfjs-core/dist/ops/add_n_test';
import '@tensorflow/tfjs-core/dist/ops/arithmetic_test';
import '@tensorflow/tfjs-core/dist/ops/avg_pool_test';
import '@tensorflow/tfjs-core/dist/ops/batchnorm_test';
import '@tensorflow/tfjs-core/dist/ops/conv2d_test';
import '@tensorflow/tfjs-core/dist/ops/depthwise_conv2d_test';
import '@tensorflow/tfjs-core/dist/ops/elu_test';
import '@tensorflow/tfjs-core/dist/ops/fused/fused_conv2d_test';
import '@tensorflow/tfjs-core/dist/ops/fused/fused_mat_mul_test';
import '@tensorflow/tfjs-core/dist/ops/log_softmax_test';
import '@tensorflow/tfjs-core/dist/ops/losses/softmax_cross_entropy_test';
import '@tensorflow/tfjs-core/dist/ops/mat_mul_test';
import '@tensorflow/tfjs-core/dist/ops/max_pool_test';
import '@tensorflow/tfjs-core/dist/ops/mean_test';
import '@tensorflow/tfjs-core/dist/ops/relu6_test';
import '@tensorflow/tfjs-core/dist/ops/relu_test';
import '@tensorflow/tfjs-core/dist/ops/softmax_test';
import '@tensorflow/tfjs-core/dist/ops/sum_test';
import '@tensorflow/tfjs-core/dist/ops/transpose_test';
import '@tensorflow/tfjs-core/dist/optimizers/adam_optimizer_test';
import '@tensorflow/tfjs-core/dist/optimizers/momentum_optimizer_test';
import '@tensorflow/tfjs-core/dist/optimizers/sgd_optimizer_test';
import { getKernel } from '@tensorflow/tfjs-core';
import { reportSuite } from '../../../tfjs-backend-ort/test/tfjs-core/report-suite.js';
import { gpuKernels } from '../../src/kernels/index.js';

const calls: Record<string, number> = {};
for (const { kernelName } of gpuKernels) {
  const kernel = getKernel(kernelName, 'webgpu');
  const { kernelFunc } = kernel;
  kernel.kernelFunc = (args) => {
    calls[kernelName] = (calls[kernelName] ?? 0) + 1;
    return kernelFunc(args);
  };
}
await reportSuite(() => calls);
