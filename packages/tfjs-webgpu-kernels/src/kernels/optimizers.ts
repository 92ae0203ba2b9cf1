import type { TensorInfo } from '@tensorflow/tfjs-core';
import { elementwiseShader, runElementwise } from '../elementwise.js';
import type { Shader, UniformType } from '../shader.js';
import type { GpuKernel } from './kernel.js';

interface AdamAttributes {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
  decoupled: boolean;
  step: number;
  gradientScale: number;
}

const MOMENTS: Record<string, UniformType> = {
  ...{ beta1: 'f32', rest1: 'f32', beta2: 'f32', rest2: 'f32', l2: 'f32', gradientScale: 'f32' },
};
const STEP: Record<string, UniformType> = { keep: 'f32', stepSize: 'f32', root: 'f32', epsilon: 'f32' };

const MOMENTS_CODE = `let g = gradient[i] * uniforms.gradientScale + uniforms.l2 * param[i];
  let mNext = uniforms.beta1 * m[i] + uniforms.rest1 * g;
  let vNext = uniforms.beta2 * v[i] + uniforms.rest2 * g * g;
  nextM[i] = mNext;
  nextV[i] = vNext;`;

const stepCode = (m: string, v: string) =>
  `next[i] = uniforms.keep * param[i] - uniforms.stepSize * ${m} / (sqrt(${v}) / uniforms.root + uniforms.epsilon);`;

/** Adam and AdamW, as `@cifarlab/tfjs-ops` has their formula. */
const adamShader: Shader = elementwiseShader({
  name: 'CifarlabAdam',
  inputs: ['param', 'gradient', 'm', 'v'],
  outputs: ['next', 'nextM', 'nextV'],
  uniforms: { ...MOMENTS, ...STEP },
  code: `${MOMENTS_CODE}
  ${stepCode('mNext', 'vNext')}`,
});

/** The moments with amsgrad; the step follows, since eight arrays are what every device binds. */
const amsgradMoments: Shader = elementwiseShader({
  name: 'CifarlabAmsgradMoments',
  inputs: ['param', 'gradient', 'm', 'v', 'vMax'],
  outputs: ['nextM', 'nextV', 'nextVMax'],
  uniforms: MOMENTS,
  code: `${MOMENTS_CODE}
  nextVMax[i] = max(vMax[i], vNext);`,
});

const amsgradStep: Shader = elementwiseShader({
  name: 'CifarlabAmsgradStep',
  inputs: ['param', 'm', 'vMax'],
  outputs: ['next'],
  uniforms: STEP,
  code: stepCode('m[i]', 'vMax[i]'),
});

/** A step of Adam or AdamW: inputs param, gradient, m, v and, for amsgrad, vMax; outputs their successors. */
export const adam: GpuKernel = {
  kernelName: 'CifarlabAdam',
  run({ inputs, attrs, backend }) {
    const { learningRate, beta1, beta2, epsilon, weightDecay, decoupled, step, gradientScale } =
      attrs as unknown as AdamAttributes;
    const { param, vMax } = inputs as { param: TensorInfo; vMax?: TensorInfo };
    const moments = {
      ...{ beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2, gradientScale },
      l2: decoupled ? 0 : weightDecay,
    };
    const update = {
      keep: decoupled ? 1 - learningRate * weightDecay : 1,
      stepSize: learningRate / (1 - beta1 ** step),
      root: Math.sqrt(1 - beta2 ** step),
      epsilon,
    };
    const { shape } = param;
    if (vMax === undefined) {
      return runElementwise(backend, adamShader, inputs, [shape, shape, shape], { ...moments, ...update });
    }
    const state = runElementwise(backend, amsgradMoments, inputs, [shape, shape, shape], moments);
    const [m, , largest] = state as [TensorInfo, TensorInfo, TensorInfo];
    const [next] = runElementwise(backend, amsgradStep, { param, m, vMax: largest }, [shape], update);
    return [next!, ...state];
  },
};

interface SgdAttributes {
  learningRate: number;
  momentum: number;
  dampening: number;
  nesterov: boolean;
  weightDecay: number;
  decoupled: boolean;
  step: number;
  gradientScale: number;
}

const SGD_UNIFORMS: Record<string, UniformType> = {
  ...{ keep: 'f32', learningRate: 'f32', l2: 'f32', gradientScale: 'f32' },
};
const GRADIENT = 'let g = gradient[i] * uniforms.gradientScale + uniforms.l2 * param[i];';

const sgdShader: Shader = elementwiseShader({
  name: 'CifarlabSgd',
  inputs: ['param', 'gradient'],
  outputs: ['next'],
  uniforms: SGD_UNIFORMS,
  code: `${GRADIENT}
  next[i] = uniforms.keep * param[i] - uniforms.learningRate * g;`,
});

/** b = old b + fresh g; the direction is look b + direct g, which is b itself without Nesterov's look-ahead. */
const momentumShader: Shader = elementwiseShader({
  name: 'CifarlabSgdMomentum',
  inputs: ['param', 'gradient', 'momentumBuffer'],
  outputs: ['next', 'nextBuffer'],
  uniforms: { ...SGD_UNIFORMS, old: 'f32', fresh: 'f32', look: 'f32', direct: 'f32' },
  code: `${GRADIENT}
  let b = uniforms.old * momentumBuffer[i] + uniforms.fresh * g;
  nextBuffer[i] = b;
  next[i] = uniforms.keep * param[i] - uniforms.learningRate * (uniforms.look * b + uniforms.direct * g);`,
});

/** A step of SGD: inputs param, gradient and, with momentum, momentumBuffer; outputs the successors of the state. */
export const sgd: GpuKernel = {
  kernelName: 'CifarlabSgd',
  run({ inputs, attrs, backend }) {
    const { learningRate, momentum, dampening, nesterov, weightDecay, decoupled, step, gradientScale } =
      attrs as unknown as SgdAttributes;
    const { shape } = inputs.param!;
    const common = {
      keep: decoupled ? 1 - learningRate * weightDecay : 1,
      learningRate,
      l2: decoupled ? 0 : weightDecay,
      gradientScale,
    };
    if (momentum === 0) return runElementwise(backend, sgdShader, inputs, [shape], common);
    // The first momentum is the gradient itself.
    const average = step === 1 ? { old: 0, fresh: 1 } : { old: momentum, fresh: 1 - dampening };
    const direction = nesterov ? { look: momentum, direct: 1 } : { look: 1, direct: 0 };
    return runElementwise(backend, momentumShader, inputs, [shape, shape], { ...common, ...average, ...direction });
  },
};
