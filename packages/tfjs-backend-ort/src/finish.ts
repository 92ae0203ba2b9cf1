import type { TensorInfo } from '@tensorflow/tfjs-core';
import { collapseBroadcast } from './broadcast.js';
import { computeElementwise, type Formula } from './elementwise.js';
import * as formulas from './formulas.js';
import type { OrtBackend, Output } from './ort-backend.js';

/** What tfjs's fused kernels do with their result: add a bias, then apply an activation. */
export interface Finish {
  /** Broadcasts to the result. */
  readonly bias: TensorInfo | undefined;
  readonly activation: string | undefined;
  /** The slope of `leakyrelu`. */
  readonly slope: number | undefined;
  /** The slopes of `prelu`, which broadcast to the result. */
  readonly slopes: TensorInfo | undefined;
}

const activations: Readonly<Record<string, Formula>> = {
  linear: (_, x) => x,
  relu: formulas.relu,
  relu6: formulas.relu6,
  elu: formulas.elu,
  sigmoid: formulas.sigmoid,
  leakyrelu: formulas.leakyRelu,
  prelu: formulas.leakyRelu,
};

/** Whether `finish` knows the activation. */
export function canFinish({ activation = 'linear' }: Finish): boolean {
  return activation in activations;
}

/** y = activation(y + bias), in place. */
export function finish(
  backend: OrtBackend,
  y: Output,
  { bias, activation = 'linear', slope = 0, slopes }: Finish,
): void {
  if (bias) combine(backend, y, 'bias', (node, sum, addend) => node('Add', sum, addend), bias);
  if (activation === 'linear') return;
  const formula = activations[activation]!;
  if (activation === 'prelu') {
    combine(backend, y, activation, formula, slopes!);
    return;
  }
  const whole = { data: y.values, dims: [y.values.length] };
  const scalars = activation === 'leakyrelu' ? [{ data: Float32Array.of(slope), dims: [] }] : [];
  computeElementwise(backend.runtime, activation, formula, [whole, ...scalars], whole);
}

function combine(backend: OrtBackend, y: Output, name: string, formula: Formula, operand: TensorInfo): void {
  const { a, b } = collapseBroadcast(y.info.shape, operand.shape);
  const whole = { data: y.values, dims: a };
  computeElementwise(backend.runtime, name, formula, [whole, { data: backend.floats(operand), dims: b }], whole);
}
