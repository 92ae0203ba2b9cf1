import type { Activation } from '../../src/activations.js';

type Arrays = Readonly<Record<string, { readonly shape: readonly number[]; readonly data: ArrayLike<number> }>>;

export interface ReferenceOptions {
  activation: Activation;
  norm: 'none' | 'layer' | 'batch';
  negativeSlope: number;
  /** The mask of each hidden layer's dropout, if there is one. */
  masks?: readonly ArrayLike<number>[];
}

/** Returns the logits in training mode, in float64 and scalar by scalar, from the formulas alone. */
export function referenceLogits(
  state: Arrays,
  x: ArrayLike<number>,
  S: number,
  options: ReferenceOptions,
): Float64Array {
  const depth = Object.keys(state).filter((name) => /^layers\.\d+\.weight$/.test(name)).length - 1;
  let h: Float64Array = Float64Array.from(x);
  for (let i = 0; i < depth; i++) {
    h = linear(h, S, state, `layers.${i}`);
    if (options.norm !== 'none') h = normalise(h, S, state, `norms.${i}`, options.norm);
    h = h.map((value) => activate(value, options));
    const mask = options.masks?.[i];
    if (mask) h = h.map((value, j) => value * mask[j]!);
  }
  return linear(h, S, state, `layers.${depth}`);
}

function linear(x: Float64Array, S: number, state: Arrays, name: string): Float64Array {
  const { shape, data: weight } = state[`${name}.weight`]!;
  const { data: bias } = state[`${name}.bias`]!;
  const [nOut, nIn] = shape as [number, number];
  return Float64Array.from({ length: S * nOut }, (_, index) => {
    const [s, j] = [Math.floor(index / nOut), index % nOut];
    let y = bias[j]!;
    for (let i = 0; i < nIn; i++) y += x[s * nIn + i]! * weight[j * nIn + i]!;
    return y;
  });
}

function normalise(x: Float64Array, S: number, state: Arrays, name: string, norm: 'layer' | 'batch'): Float64Array {
  const M = x.length / S;
  const { data: gamma } = state[`${name}.weight`]!;
  const { data: beta } = state[`${name}.bias`]!;
  /** Returns the group that element i is normalised with: its row or its column. */
  const group = (i: number) => (norm === 'layer' ? Math.floor(i / M) : i % M);
  const size = norm === 'layer' ? M : S;
  const groupMeans = (values: Float64Array) => {
    const means = new Float64Array(values.length / size);
    values.forEach((value, i) => {
      means[group(i)]! += value / size;
    });
    return means;
  };
  const means = groupMeans(x);
  const centred = x.map((value, i) => value - means[group(i)]!);
  const variances = groupMeans(centred.map((value) => value ** 2));
  return centred.map((value, i) => (gamma[i % M]! * value) / Math.sqrt(variances[group(i)]! + 1e-5) + beta[i % M]!);
}

export function activate(
  x: number,
  { activation, negativeSlope }: Pick<ReferenceOptions, 'activation' | 'negativeSlope'>,
) {
  switch (activation) {
    case 'elu':
      return x > 0 ? x : Math.expm1(x);
    case 'relu':
      return Math.max(x, 0);
    case 'leaky-relu':
      return x > 0 ? x : negativeSlope * x;
    case 'tanh':
      return Math.tanh(x);
    case 'sigmoid':
      return 1 / (1 + Math.exp(-x));
    case 'silu':
      return x / (1 + Math.exp(-x));
    case 'gelu':
      return x * normalCdf(x);
  }
}

/** Computes Φ(x) = 1/2 + φ(x) (x + x³/3 + x⁵/(3·5) + …), for |x| of 6 or less. */
function normalCdf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 3; Math.abs(term) > 1e-18 * Math.abs(sum); n += 2) {
    term *= x ** 2 / n;
    sum += term;
  }
  return 0.5 + (sum * Math.exp(-(x ** 2) / 2)) / Math.sqrt(2 * Math.PI);
}
