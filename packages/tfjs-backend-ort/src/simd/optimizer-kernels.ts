import { ranges } from './ranges.js';
import type { SimdTeam } from './simd-team.js';

/** Settings that all optimizers share. */
interface UpdateSettings {
  learningRate: number;
  weightDecay: number;
  /** Weight decay scales the parameter by 1 - learningRate * weightDecay instead of joining the gradient. */
  decoupled: boolean;
  /** Counts from 1. */
  step: number;
  /** Factor of the gradient, applied first. */
  gradientScale: number;
}

export interface AdamSettings extends UpdateSettings {
  beta1: number;
  beta2: number;
  epsilon: number;
}

export interface SgdSettings extends UpdateSettings {
  momentum: number;
  dampening: number;
  nesterov: boolean;
}

/**
 * Steps of optimizers, each on `size` numbers, every operation in float32. An output may be the input of the same name
 * (nextM and m, say), and must not overlap any other.
 */
export interface OptimizerKernels {
  /**
   * Adam and AdamW in the order of PyTorch's `torch.optim.Adam` (Kingma and Ba 2014, https://arxiv.org/abs/1412.6980):
   * m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2,
   * parameter -= m / (sqrt(v) / sqrt(1 - beta2^step) + epsilon) * learningRate / (1 - beta1^step).
   *
   * @param addresses vMax and nextVMax are given together, for amsgrad: max(vMax, v) then takes v's place in the step.
   */
  adam(
    addresses: {
      parameter: number;
      gradient: number;
      m: number;
      v: number;
      vMax?: number;
      nextParameter: number;
      nextM: number;
      nextV: number;
      nextVMax?: number;
    },
    size: number,
    settings: AdamSettings,
  ): void;
  /**
   * Stochastic gradient descent in the order of PyTorch's `torch.optim.SGD`: buffer = g in step 1, then
   * momentum * buffer + (1 - dampening) g; parameter -= learningRate * (nesterov ? g + momentum * buffer : buffer).
   *
   * @param addresses buffer and nextBuffer are not used without momentum; buffer is not read in step 1.
   */
  sgd(
    addresses: { parameter: number; gradient: number; buffer?: number; nextParameter: number; nextBuffer?: number },
    size: number,
    settings: SgdSettings,
  ): void;
}

/** Returns the codes of assembly/optimizers.ts: how weight decay enters, and its factor. */
function decay({ learningRate, weightDecay, decoupled }: UpdateSettings): [code: number, factor: number] {
  if (weightDecay === 0) return [0, 0];
  return decoupled ? [2, 1 - learningRate * weightDecay] : [1, weightDecay];
}

/** Numbers that a thread's share is a multiple of: a line of the cache. */
const LINE = 16;

/** Returns the optimizers among the SIMD kernels. */
export function optimizerKernels(team: SimdTeam): OptimizerKernels {
  /** Runs a step on ranges of its arrays; an address of 0 is that of an array there is not. */
  const update = (name: 'adam' | 'sgd', arrays: readonly number[], size: number, settings: readonly number[]) => {
    const calls = ranges(team.threads, size, arrays.length * size * 4, LINE).map(({ first, count }) => {
      return [...arrays.map((address) => address && address + 4 * first), count, ...settings];
    });
    team.run(name, calls);
  };
  return {
    adam: (addresses, size, settings) => {
      const { parameter, gradient, m, v, vMax = 0, nextParameter, nextM, nextV, nextVMax = 0 } = addresses;
      const { learningRate, beta1, beta2, epsilon, step, gradientScale } = settings;
      update('adam', [parameter, gradient, m, v, vMax, nextParameter, nextM, nextV, nextVMax], size, [
        gradientScale,
        ...decay(settings),
        ...[beta1, 1 - beta1, beta2, 1 - beta2, epsilon],
        Math.sqrt(1 - beta2 ** step),
        learningRate / (1 - beta1 ** step),
      ]);
    },
    sgd: ({ parameter, gradient, buffer = 0, nextParameter, nextBuffer = 0 }, size, settings) => {
      const { learningRate, momentum, dampening, nesterov, step, gradientScale } = settings;
      const momentumMode = momentum === 0 ? 0 : step === 1 ? 1 : 2;
      update('sgd', [parameter, gradient, buffer, nextParameter, nextBuffer], size, [
        gradientScale,
        ...decay(settings),
        ...[momentumMode, momentum, 1 - dampening, Number(nesterov), learningRate],
      ]);
    },
  };
}
