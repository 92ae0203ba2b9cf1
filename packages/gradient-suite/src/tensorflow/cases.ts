import type { DrawGradient, TensorflowCase } from '../gradient-case.js';

/** Loaded when one of them is checked, and TensorFlow.js with them. */
const layers = () => import('./draw-layers.js');
const kernels = () => import('./draw-kernels.js');
const rectified = () => import('./draw-rectified.js');
const smooth = () => import('./draw-smooth.js');
const folded = () => import('./draw-fold-norm.js');

/** The gradients that are written by hand for whatever backend TensorFlow.js computes with, and those of kernels. */
export const tensorflowCases: readonly TensorflowCase[] = [
  tensorflowCase('layer-norm', 'layernorm', 'any', async () => (await layers()).drawLayerNorm),
  ...batchNormCases('batch-norm', async () => (await layers()).drawBatchNorm),
  ...batchNormCases('batch-norm-relu', async () => (await layers()).drawBatchNormRelu),
  tensorflowCase('rectify', 'tfjs-ops', 'any', async () => (await rectified()).drawRectify),
  tensorflowCase('biased-conv2d', 'tfjs-ops', 'ops', async () => (await rectified()).drawBiasedConv2d),
  kernelCase('biased-conv2d', undefined, async () => (await rectified()).drawBiasedConv2d),
  tensorflowCase('smooth-activation', 'tfjs-ops', 'ops', async () => (await smooth()).drawSmoothActivation),
  kernelCase('smooth-activation', undefined, async () => (await smooth()).drawSmoothActivation),
  tensorflowCase('fold-norm', 'tfjs-ops', 'ops', async () => (await folded()).drawFoldNorm),
  kernelCase('fold-norm', undefined, async () => (await folded()).drawFoldNorm),
  tensorflowCase('softmax-cross-entropy', 'trainer/tfjs', 'any', async () => (await layers()).drawLearner),
  kernelCase('conv2d', '1x1', async () => (await kernels()).drawPointwise),
  kernelCase('conv2d', 'im2col', async () => (await kernels()).drawIm2col),
  kernelCase('conv2d', 'Winograd 2x2', async () => (await kernels()).drawSmallWinograd),
  kernelCase('conv2d', 'Winograd 4x4', async () => (await kernels()).drawLargeWinograd),
  kernelCase('depthwise-conv2d', undefined, async () => (await kernels()).drawDepthwise),
  kernelCase('max-pool', undefined, async () => (await kernels()).drawMaxPool),
  kernelCase('avg-pool', undefined, async () => (await kernels()).drawAvgPool),
  kernelCase('elu', undefined, async () => (await kernels()).drawElu),
];

/** `batchNormTraining`, whose gradient is that of its ops or, if the backend has one, of its kernel. */
function batchNormCases(layer: string, load: () => Promise<DrawGradient>): TensorflowCase[] {
  return [tensorflowCase(layer, 'tfjs-ops', 'ops', load), kernelCase(layer, undefined, load)];
}

/** Returns a kernel for a gradient that tfjs-backend-ort has of its own. */
function kernelCase(layer: string, method: string | undefined, load: () => Promise<DrawGradient>): TensorflowCase {
  return tensorflowCase(layer, `tfjs-backend-ort${method === undefined ? '' : `, ${method}`}`, 'ort', load);
}

function tensorflowCase(
  layer: string,
  code: string,
  backend: TensorflowCase['backend'],
  load: () => Promise<DrawGradient>,
): TensorflowCase {
  return { library: 'tensorflow.js', layer, code, backend, load };
}
