import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelContext, Output } from '../backend/kernel-context.js';
import { computeElementwise, type Formula } from '../graphs/elementwise.js';
import * as formulas from '../graphs/formulas.js';
import { collapseBroadcast } from './broadcast.js';

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
  context: KernelContext,
  y: Output,
  { bias, activation = 'linear', slope = 0, slopes }: Finish,
): void {
  if (bias) combine(context, y, 'bias', (node, sum, addend) => node('Add', sum, addend), bias);
  if (activation === 'linear') return;
  const formula = activations[activation]!;
  if (activation === 'prelu') {
    combine(context, y, activation, formula, slopes!);
    return;
  }
  const whole = { data: y.values, dims: [y.values.length] };
  const scalars = activation === 'leakyrelu' ? [{ data: Float32Array.of(slope), dims: [] }] : [];
  computeElementwise(context.runtime, activation, formula, [whole, ...scalars], whole);
}

function combine(context: KernelContext, y: Output, name: string, formula: Formula, operand: TensorInfo): void {
  const { a, b } = collapseBroadcast(y.info.shape, operand.shape);
  const whole = { data: y.values, dims: a };
  computeElementwise(context.runtime, name, formula, [whole, { data: context.floats(operand), dims: b }], whole);
}
