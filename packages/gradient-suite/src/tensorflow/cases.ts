import type { TensorflowCase } from '../gradient-case.js';

/** Loaded when one of them is checked, and TensorFlow.js with them. */
const layers = () => import('./draw-layers.js');
const kernels = () => import('./draw-kernels.js');
const rectified = () => import('./draw-rectified.js');
const smooth = () => import('./draw-smooth.js');
const folded = () => import('./draw-fold-norm.js');
const linearLayers = () => import('./draw-linear.js');

/** Our kernels for WebGPU, and TensorFlow.js's own, where training takes those. */
const OURS = 'tfjs-webgpu-kernels';
const THEIRS = 'tfjs-backend-webgpu';

/** The gradients that are written by hand for whatever backend TensorFlow.js computes with, and those of kernels. */
export const tensorflowCases: readonly TensorflowCase[] = [
  tensorflowCase('layer-norm', 'layernorm', 'any', async () => (await layers()).drawLayerNorm),
  ...bothCases('batch-norm', async () => (await layers()).drawBatchNorm),
  ...bothCases('batch-norm-relu', async () => (await layers()).drawBatchNormRelu),
  tensorflowCase('rectify', 'tfjs-ops', 'any', async () => (await rectified()).drawRectify),
  ...bothCases('biased-conv2d', async () => (await rectified()).drawBiasedConv2d),
  ...bothCases('smooth-activation', async () => (await smooth()).drawSmoothActivation),
  ...bothCases('fold-norm', async () => (await folded()).drawFoldNorm),
  tensorflowCase('dense', 'tfjs-ops', 'any', async () => (await linearLayers()).drawLinear),
  tensorflowCase('residual-sum', 'tfjs-ops', 'any', async () => (await linearLayers()).drawResidualSum),
  tensorflowCase('softmax-cross-entropy', 'trainer/tfjs', 'any', async () => (await layers()).drawLearner),
  kernelCase('conv2d', ', 1x1', `${OURS}, 1x1`, async () => (await kernels()).drawPointwise),
  kernelCase('conv2d', ', im2col', OURS, async () => (await kernels()).drawIm2col),
  kernelCase('conv2d', ', Winograd 2x2', undefined, async () => (await kernels()).drawSmallWinograd),
  kernelCase('conv2d', ', Winograd 4x4', undefined, async () => (await kernels()).drawLargeWinograd),
  kernelCase('conv2d', ', Winograd 5x5', undefined, async () => (await kernels()).drawWinograd5),
  kernelCase('conv2d', ', Winograd whole images', undefined, async () => (await kernels()).drawWholeImages),
  kernelCase('depthwise-conv2d', '', THEIRS, async () => (await kernels()).drawDepthwise),
  kernelCase('max-pool', '', THEIRS, async () => (await kernels()).drawMaxPool),
  kernelCase('avg-pool', '', THEIRS, async () => (await kernels()).drawAvgPool),
  kernelCase('elu', '', THEIRS, async () => (await kernels()).drawElu),
];

/** A function of `tfjs-ops`, whose gradient is that of its ops or, if the backend has one, of its kernel. */
function bothCases(layer: string, load: TensorflowCase['load']): TensorflowCase[] {
  return [tensorflowCase(layer, 'tfjs-ops', 'ops', load), kernelCase(layer, '', OURS, load)];
}

/** Returns a kernel for a gradient that tfjs-backend-ort has of its own, and `webgpu` perhaps too. */
function kernelCase(
  layer: string,
  method: string,
  onWebGpu: string | undefined,
  load: TensorflowCase['load'],
): TensorflowCase {
  return { ...tensorflowCase(layer, `tfjs-backend-ort${method}`, 'ort', load), onWebGpu };
}

function tensorflowCase(
  layer: string,
  code: string,
  backend: TensorflowCase['backend'],
  load: TensorflowCase['load'],
): TensorflowCase {
  return { library: 'tensorflow.js', layer, code, backend, load };
}
