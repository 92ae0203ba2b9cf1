import { elementwiseShader, runElementwise } from '../elementwise.js';
import type { Shader } from '../shader.js';
import type { GpuKernel } from './kernel.js';

type SmoothActivation = 'silu' | 'gelu';

/**
 * The normal distribution's Phi(x), by erf of W. J. Cody's kind in the form of Abramowitz and Stegun, 7.1.26: within 1e-7.
 * What is small on the left is computed as such, not as 1 minus something.
 */
const PHI = `fn phi(x: f32) -> f32 {
  let z = abs(x) * 0.70710678;
  let t = 1.0 / (1.0 + 0.3275911 * z);
  let tail = 0.5 * t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * exp(-z * z);
  return select(tail, 1.0 - tail, x > 0.0);
}`;
const SIGMOID = 'fn sigmoid(x: f32) -> f32 { return 1.0 / (1.0 + exp(-x)); }';

const forward = {
  silu: activationShader('silu', ['x'], 'y', SIGMOID, 'x[i] * sigmoid(x[i])'),
  gelu: activationShader('gelu', ['x'], 'y', PHI, 'x[i] * phi(x[i])'),
};

const gradient = {
  silu: activationShader(
    ...(['silu gradient', ['dy', 'x'], 'dx', SIGMOID] as const),
    'dy[i] * sigmoid(x[i]) * (1.0 + x[i] * (1.0 - sigmoid(x[i])))',
  ),
  gelu: activationShader(
    ...(['gelu gradient', ['dy', 'x'], 'dx', PHI] as const),
    'dy[i] * (phi(x[i]) + x[i] * 0.39894228 * exp(-0.5 * x[i] * x[i]))',
  ),
};

function activationShader(
  name: string,
  inputs: readonly string[],
  output: string,
  functions: string,
  value: string,
): Shader {
  const code = `${output}[i] = ${value};`;
  return elementwiseShader({ name: `Cifarlab ${name}`, inputs, outputs: [output], uniforms: {}, functions, code });
}

/** A smooth activation: input x; output y of its shape. */
export const smoothActivation: GpuKernel = {
  kernelName: 'CifarlabSmoothActivation',
  run({ inputs, attrs, backend }) {
    const { activation } = attrs as unknown as { activation: SmoothActivation };
    return runElementwise(backend, forward[activation], inputs, [inputs.x!.shape]);
  },
};

/** Its gradient: inputs dy, x; output dx of their shape. */
export const smoothActivationGrad: GpuKernel = {
  kernelName: 'CifarlabSmoothActivationGrad',
  run({ inputs, attrs, backend }) {
    const { activation } = attrs as unknown as { activation: SmoothActivation };
    return runElementwise(backend, gradient[activation], inputs, [inputs.x!.shape]);
  },
};
