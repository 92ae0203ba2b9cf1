import { layers } from '@tensorflow/tfjs-layers';

/** The names that tf.layers has for them; it has no activation for `leaky-relu`, but a layer. */
const TFJS_NAMES = {
  elu: 'elu',
  relu: 'relu',
  'leaky-relu': undefined,
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  silu: 'swish',
  gelu: 'gelu',
} as const;

/**
 * - `elu`: x for x > 0, exp(x) − 1 otherwise (Clevert et al. 2015, arXiv:1511.07289);
 * - `relu`: max(x, 0);
 * - `leaky-relu`: max(x, 0) + a min(x, 0) with the negative slope a (Maas et al. 2013);
 * - `tanh`;
 * - `sigmoid`: 1 / (1 + exp(−x));
 * - `silu`: x sigmoid(x) (Elfwing et al. 2017, arXiv:1702.03118);
 * - `gelu`: x Φ(x), Φ the distribution function of N(0, 1) (Hendrycks and Gimpel 2016, arXiv:1606.08415).
 *
 * @useDeclaredType
 */
export type Activation = keyof typeof TFJS_NAMES;

export const ACTIVATIONS = Object.keys(TFJS_NAMES) as Activation[];

/** Returns the nonlinearity as a layer of tf.layers. */
export function createActivation(activation: Activation, name: string, negativeSlope: number): layers.Layer {
  const tfjsName = TFJS_NAMES[activation];
  return tfjsName === undefined
    ? layers.leakyReLU({ name, alpha: negativeSlope })
    : layers.activation({ name, activation: tfjsName });
}
