/** Steps of optimizers on flat arrays, in the order of the formulas, every operation in float32. */
import { add, get, mul, putLanes, sub, times } from './vector';

/** How weight decay enters: it joins the gradient (L2), or scales the weights (decoupled). */
const enum Decay {
  None,
  L2,
  Decoupled,
}

/** The gradient of parameter `p`, scaled and with L2 decay. */
// @ts-ignore: decorator
@inline
function decayedGradient(gradient: v128, p: v128, gradientScale: f32, decay: i32, weightDecay: f32): v128 {
  const g = times(gradient, gradientScale);
  return decay == Decay.L2 ? add(g, times(p, weightDecay)) : g;
}

/**
 * Takes one step of Adam.
 *
 * @param decayFactor weightDecay for L2, 1 - learningRate * weightDecay for decoupled decay.
 * @param rootCorrection sqrt(1 - beta2^t).
 * @param stepSize learningRate / (1 - beta1^t).
 * @param vMax, nextVMax 0 without amsgrad.
 */
export function adam(
  parameter: usize,
  gradient: usize,
  m: usize,
  v: usize,
  vMax: usize,
  nextParameter: usize,
  nextM: usize,
  nextV: usize,
  nextVMax: usize,
  size: usize,
  gradientScale: f32,
  decay: i32,
  decayFactor: f32,
  beta1: f32,
  oneMinusBeta1: f32,
  beta2: f32,
  oneMinusBeta2: f32,
  epsilon: f32,
  rootCorrection: f32,
  stepSize: f32,
): void {
  const corrections = f32x4.splat(rootCorrection);
  const epsilons = f32x4.splat(epsilon);
  for (let i: usize = 0; i < size; i += 4) {
    const z = i << 2;
    const lanes = size - i;
    const p = get(parameter + z);
    const g = decayedGradient(get(gradient + z), p, gradientScale, decay, decayFactor);
    const first = add(times(get(m + z), beta1), times(g, oneMinusBeta1));
    const second = add(times(get(v + z), beta2), times(mul(g, g), oneMinusBeta2));
    putLanes(nextM + z, first, lanes);
    putLanes(nextV + z, second, lanes);
    let spread = second;
    if (vMax) {
      spread = f32x4.max(get(vMax + z), second);
      putLanes(nextVMax + z, spread, lanes);
    }
    const denominator = add(f32x4.div(f32x4.sqrt(spread), corrections), epsilons);
    const from = decay == Decay.Decoupled ? times(p, decayFactor) : p;
    putLanes(nextParameter + z, sub(from, times(f32x4.div(first, denominator), stepSize)), lanes);
  }
}

/** Update of the momentum buffer. */
const enum Momentum {
  /** No momentum. */
  None,
  /** The first step: it becomes the gradient. */
  First,
  Next,
}

/**
 * Takes one step of stochastic gradient descent.
 *
 * @param decayFactor weightDecay for L2, 1 - learningRate * weightDecay for decoupled decay.
 */
export function sgd(
  parameter: usize,
  gradient: usize,
  buffer: usize,
  nextParameter: usize,
  nextBuffer: usize,
  size: usize,
  gradientScale: f32,
  decay: i32,
  decayFactor: f32,
  momentumMode: i32,
  momentum: f32,
  oneMinusDampening: f32,
  nesterov: bool,
  learningRate: f32,
): void {
  for (let i: usize = 0; i < size; i += 4) {
    const z = i << 2;
    const lanes = size - i;
    const p = get(parameter + z);
    const g = decayedGradient(get(gradient + z), p, gradientScale, decay, decayFactor);
    let direction = g;
    if (momentumMode != Momentum.None) {
      let next = g;
      if (momentumMode == Momentum.Next) next = add(times(get(buffer + z), momentum), times(g, oneMinusDampening));
      putLanes(nextBuffer + z, next, lanes);
      direction = nesterov ? add(g, times(next, momentum)) : next;
    }
    const from = decay == Decay.Decoupled ? times(p, decayFactor) : p;
    putLanes(nextParameter + z, sub(from, times(direction, learningRate)), lanes);
  }
}
