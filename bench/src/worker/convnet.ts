import { RandomState } from '@cifarlab/numpy-random';
import { batchNormTraining } from '@cifarlab/tfjs-ops';
import * as tf from '@tensorflow/tfjs-core';
import { fillUniform, WEIGHTS_SEED } from './random.js';

type Mode = 'training' | 'evaluation';
type Layer = (x: tf.Tensor4D, mode: Mode) => tf.Tensor4D;

const EPSILON = 1e-5;
/** How much of the running statistics a step keeps. */
const KEPT = 0.9;

/** The pre-activation ConvNet of Figure 5, in TensorFlow.js's ops. */
export interface ConvNet {
  /** In order: weight before bias, gamma before beta. */
  trainable: tf.Variable[];
  /** Mean and variance of each batch norm, in order. */
  running: tf.Variable[];
  /** [N, 32, 32, 3] -> logits [N, 10]; in training mode the running statistics follow the batch's. */
  forward(x: tf.Tensor4D, mode: Mode): tf.Tensor2D;
}

/** @param width channels of the first stage: 64 in the network proper. */
export function createConvNet(width = 64): ConvNet {
  const weights = new Weights();
  const [a, b, c, d] = [width, 2 * width, 4 * width, 8 * width];
  const layers: Layer[] = [
    weights.conv(3, 3, a),
    preAct(weights, a),
    weights.conv(1, a, b),
    maxPool,
    preAct(weights, b),
    preAct(weights, b),
    weights.conv(1, b, c),
    maxPool,
    preAct(weights, c),
    preAct(weights, c),
    weights.conv(1, c, d),
    maxPool,
    preAct(weights, d),
    preAct(weights, d),
    maxPool,
    preAct(weights, d),
    preAct(weights, d),
    maxPool,
    weights.batchNormRelu(d),
  ];
  const linear = weights.linear(d, 10);
  return {
    trainable: weights.trainable,
    running: weights.running,
    forward(x, mode) {
      const features = layers.reduce((h, layer) => apply(layer, h, mode, h !== x), x);
      return linear(tf.reshape(features, [x.shape[0], d]));
    },
  };
}

/** In evaluation nothing needs a layer's input any more, unless it is the caller's. */
function apply(layer: Layer, x: tf.Tensor4D, mode: Mode, isOwn: boolean): tf.Tensor4D {
  if (mode === 'training') return layer(x, mode);
  const y = tf.tidy(() => layer(x, mode));
  if (isOwn) x.dispose();
  return y;
}

const maxPool: Layer = (x) => tf.maxPool(x, 3, 2, 1, 'floor');

/** x + conv(relu(batchnorm(x))) */
function preAct(weights: Weights, channels: number): Layer {
  const norm = weights.batchNormRelu(channels);
  const conv = weights.conv(3, channels, channels);
  return (x, mode) => tf.add(x, conv(norm(x, mode), mode));
}

/** Makes layers, and their variables in order. */
class Weights {
  readonly trainable: tf.Variable[] = [];
  readonly running: tf.Variable[] = [];
  readonly #rng = new RandomState(WEIGHTS_SEED);

  conv(kernel: number, inChannels: number, outChannels: number): Layer {
    const bound = 1 / Math.sqrt(kernel * kernel * inChannels);
    // Drawn as PyTorch keeps them, [out, in, kh, kw].
    const weight = this.#uniform(
      [outChannels, inChannels, kernel, kernel],
      bound,
      [2, 3, 1, 0],
    ) as tf.Variable<tf.Rank.R4>;
    const bias = this.#uniform([outChannels], bound);
    return (x) => tf.add(tf.conv2d(x, weight, 1, kernel >> 1), bias);
  }

  linear(inFeatures: number, outFeatures: number): (x: tf.Tensor2D) => tf.Tensor2D {
    const bound = 1 / Math.sqrt(inFeatures);
    const weight = this.#uniform([outFeatures, inFeatures], bound, [1, 0]) as tf.Variable<tf.Rank.R2>;
    const bias = this.#uniform([outFeatures], bound);
    return (x) => tf.add(tf.matMul(x, weight), bias);
  }

  batchNormRelu(channels: number): Layer {
    const gamma = this.#add(tf.ones([channels]));
    const beta = this.#add(tf.zeros([channels]));
    const runningMean = tf.variable(tf.zeros([channels]), false);
    const runningVariance = tf.variable(tf.ones([channels]), false);
    this.running.push(runningMean, runningVariance);
    return (x, mode) => {
      if (mode === 'evaluation') {
        return tf.relu(tf.batchNorm(x, runningMean, runningVariance, beta, gamma, EPSILON)) as tf.Tensor4D;
      }
      const { y, mean, variance } = batchNormTraining(x, gamma, beta, { epsilon: EPSILON, activation: 'relu' });
      const count = x.size / channels;
      follow(runningMean, mean, 1);
      // The running estimate is the unbiased one.
      follow(runningVariance, variance, count / (count - 1));
      return y;
    };
  }

  #uniform(shape: number[], bound: number, order?: number[]): tf.Variable {
    const size = shape.reduce((product, n) => product * n, 1);
    const drawn = tf.tensor(fillUniform(new Float32Array(size), this.#rng, -bound, bound), shape);
    return this.#add(order ? tf.transpose(drawn, order) : drawn);
  }

  #add(initial: tf.Tensor): tf.Variable {
    const variable = tf.variable(initial);
    initial.dispose();
    this.trainable.push(variable);
    return variable;
  }
}

function follow(running: tf.Variable, batch: tf.Tensor, factor: number): void {
  running.assign(tf.add(tf.mul(running, KEPT), tf.mul(batch, (1 - KEPT) * factor)));
}
