import type { FloatArrays, Gradient } from '@cifarlab/gradcheck/float32';
import { layerNorm } from '@cifarlab/layernorm';
import { LayerNorm } from '@cifarlab/layernorm/ndarray';
import { BatchNorm, type FloatNdArray, ReLU, SoftMaxCrossEntropy } from '@cifarlab/ndarray-mlp';
import type { RandomState } from '@cifarlab/numpy-random';
import { batchNormTraining, SGD } from '@cifarlab/tfjs-ops';
import { TfjsLearner, type TfjsModel } from '@cifarlab/trainer/tfjs';
import { dispose, keep, type NamedTensorMap, type Tensor, tensor, variable } from '@tensorflow/tfjs-core';
import { cast, fromValues, mapElements, scaled, sizeOf } from '../arrays.js';
import { type DrawTensorGradient, FUNCTION_ROUNDINGS, type TensorGradient } from '../gradient-case.js';
import { moduleFunction, setAll } from '../ndarray/module-function.js';
import { between, normals, oneHotRows } from '../random-arrays.js';
import { readTensor, tensorGradient } from './tensor-gradient.js';

/** Nearer than this to the kink of a rectifier, rounding could take a number to its other side. */
const KINK_MARGIN = 1e-3;

/** Layer normalisation of the last axis. */
export function drawLayerNorm(rng: RandomState, round: number): TensorGradient {
  const leading = Array.from({ length: round % 4 }, () => between(rng, 1, 4));
  const [rows, features] = [sizeOf(leading), between(rng, 4, 8)];
  const shape = [...leading, features];
  return {
    inputs: { x: normals(rng, shape), gamma: normals(rng, [features]), beta: normals(rng, [features]) },
    dout: normals(rng, shape),
    exact({ x, gamma, beta }, dout) {
      const { gradient } = moduleFunction(new LayerNorm(features));
      const { weight, bias, ...rest } = gradient({ x: x!, weight: gamma!, bias: beta! }, dout);
      return { x: rest.x!, gamma: weight!, beta: bias! };
    },
    single: tensorGradient((x, gamma, beta) => layerNorm(x!, gamma!, beta!)),
    roundings: rows + 3 * features + 3 * FUNCTION_ROUNDINGS,
  };
}

/** Batch normalisation in training. */
export const drawBatchNorm: DrawTensorGradient = (rng) => drawBatchNormWith(rng, 'linear');

/** Returns the same with a rectifier behind it. */
export const drawBatchNormRelu: DrawTensorGradient = (rng) => drawBatchNormWith(rng, 'relu');

function drawBatchNormWith(rng: RandomState, activation: 'linear' | 'relu'): TensorGradient {
  const leading = [between(rng, 2, 3), between(rng, 2, 3), between(rng, 2, 3)];
  const [rows, channels] = [sizeOf(leading), between(rng, 1, 6)];
  const shape = [...leading, channels];
  for (;;) {
    const inputs = { x: normals(rng, shape), gamma: normals(rng, [channels]), beta: normals(rng, [channels]) };
    const { y } = referenceBatchNorm(inputs);
    if (activation === 'relu' && y.data.some((value) => Math.abs(value) < KINK_MARGIN)) continue;
    return {
      inputs,
      dout: normals(rng, shape),
      exact: batchNormGradient(activation),
      single: tensorGradient((x, gamma, beta) => batchNormTraining(x!, gamma!, beta!, { activation }).y),
      roundings: 3 * rows + 3 * FUNCTION_ROUNDINGS,
    };
  }
}

/** Returns the hand-written modules in float64, on the rows of x [..., C]. */
function batchNormGradient(activation: 'linear' | 'relu'): Gradient {
  return (inputs, dout) => {
    const { module, y } = referenceBatchNorm(inputs);
    const relu = new ReLU();
    relu.forward(y);
    const dy = fromValues(dout.data as Float64Array, y.shape);
    const dx = module.backward(activation === 'relu' ? relu.backward(dy) : dy);
    const { weight, bias } = module.grads;
    const as = (grad: FloatNdArray, input: string) => fromValues(grad.data as Float64Array, inputs[input]!.shape);
    return { x: as(dx, 'x'), gamma: as(weight, 'gamma'), beta: as(bias, 'beta') };
  };
}

function referenceBatchNorm({ x, gamma, beta }: FloatArrays): { module: BatchNorm; y: FloatNdArray } {
  const module = new BatchNorm(gamma!.size);
  setAll(module.params, { weight: gamma!, bias: beta! });
  const rows = fromValues(x!.data as Float64Array, [x!.size / gamma!.size, gamma!.size]);
  return { module, y: module.forward(rows) };
}

/** Keeps the gradients in place of applying them. */
class GradientKeeper extends SGD {
  readonly kept: Tensor[] = [];

  override applyGradients(gradients: NamedTensorMap): void {
    this.kept.push(...Object.values(gradients).map((gradient) => keep(gradient.clone())));
  }
}

/**
 * Draws the learner's loss, which is computed from the logits' values outside TensorFlow.js: with and without label
 * smoothing.
 */
export function drawLearner(rng: RandomState, round: number): TensorGradient {
  const [rows, classes] = [between(rng, 1, 6), between(rng, 2, 8)];
  const labels = oneHotRows(rng, rows, classes);
  const labelSmoothing = round % 2 === 0 ? 0 : 0.1;
  const targets = mapElements(labels, (label) => (1 - labelSmoothing) * label + labelSmoothing / classes);
  return {
    inputs: { logits: normals(rng, [rows, classes]) },
    dout: fromValues(Float64Array.of(1), []),
    exact: ({ logits }, dout) => ({
      logits: scaled(new SoftMaxCrossEntropy().backward(logits!, targets), dout.data[0]!),
    }),
    single: async ({ logits }, dout) => ({
      logits: scaled(await learnedGradient(logits!, cast(labels, 'float32'), labelSmoothing), dout.data[0]!),
    }),
    others: [targets],
    roundings: classes + 3 * FUNCTION_ROUNDINGS,
  };
}

/** Returns the gradient that a training step takes, of a model whose only weights are its logits. */
async function learnedGradient(
  logits: FloatNdArray,
  labels: FloatNdArray,
  labelSmoothing: number,
): Promise<FloatNdArray> {
  const weight = variable(tensor(logits.data as Float32Array, [...logits.shape]));
  const named = {
    name: weight.name,
    originalName: 'logits',
    read: () => weight,
    write: () => {},
  };
  const model: TfjsModel = { weights: [named], trainableWeights: [named], apply: () => weight };
  const optimizer = new GradientKeeper({ learningRate: 1 });
  try {
    const [rows] = logits.shape as [number];
    const batch = { images: new Float32Array(rows), shape: [rows, 1], labels: labels.data as Float32Array };
    await new TfjsLearner({ model, optimizer, labelSmoothing }).trainStep(batch, { step: 1, learningRate: 1 });
    return await readTensor(optimizer.kept[0]!);
  } finally {
    dispose([weight, ...optimizer.kept]);
    optimizer.dispose();
  }
}
