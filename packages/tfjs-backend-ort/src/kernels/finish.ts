import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelContext, Output } from '../backend/kernel-context.js';
import { computeElementwise, type Formula } from '../graphs/elementwise.js';
import * as formulas from '../graphs/formulas.js';
import { ACTIVATIONS, type Activation } from '../simd/activation.js';
import type { Range } from '../simd/ranges.js';
import { collapseBroadcast } from './broadcast.js';

/** The last steps of tfjs's fused kernels: add a bias, then apply an activation. */
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

/** Returns whether `finish` knows the activation. */
export function canFinish({ activation = 'linear' }: Finish): boolean {
  return activation in activations;
}

/** A finish that the SIMD kernels do in one pass: a bias for every channel, or none, and a rectifier, or none. */
export type BiasAndRectifier = Finish & { readonly activation: Activation | undefined };

/** Returns whether it is one, for this many channels. */
export function isBiasAndRectifier(steps: Finish, channels: number): steps is BiasAndRectifier {
  const { bias, activation = 'linear' } = steps;
  const isVector = !bias || (bias.dtype === 'float32' && bias.shape.length === 1 && bias.shape[0] === channels);
  return isVector && (ACTIVATIONS as readonly string[]).includes(activation);
}

/** Computes y = activation(y + bias), in place. */
export function finish(context: KernelContext, y: Output, steps: Finish): void {
  const channels = y.info.shape.at(-1)!;
  if (isBiasAndRectifier(steps, channels) && context.isInArena(y.values)) {
    finishRows(context, y, steps, { first: 0, count: y.values.length / channels });
  } else finishAnywhere(context, y, steps);
}

/** Does the same for some rows of y [..., channels], where bias and activation are such that the SIMD kernels do it. */
export function finishRows(
  context: KernelContext,
  { info, values }: Output,
  steps: BiasAndRectifier,
  { first, count }: Range,
): void {
  const channels = info.shape.at(-1)!;
  const rows = values.subarray(first * channels, (first + count) * channels);
  if (!context.isInArena(values)) {
    finishAnywhere(context, { info: { ...info, shape: [count, channels] }, values: rows }, steps);
    return;
  }
  const { bias, activation = 'linear' } = steps;
  const { elementwise } = context.simd;
  const y = rows.byteOffset;
  if (bias) elementwise.biasActivation(activation, y, context.arenaFloats(bias).byteOffset, y, count, channels);
  else if (activation !== 'linear') elementwise.activation(activation, y, y, rows.length);
}

/** Computes y = y + residual for some rows of y, in place; the residual has y's shape. */
export function addResidual(
  context: KernelContext,
  { info, values }: Output,
  residual: TensorInfo,
  { first, count }: Range,
): void {
  const channels = info.shape.at(-1)!;
  const rowsOf = (all: Float32Array) => all.subarray(first * channels, (first + count) * channels);
  const y = rowsOf(values);
  if (context.isInArena(values)) {
    const addend = rowsOf(context.arenaFloats(residual));
    context.simd.elementwise.binary('add', y.byteOffset, addend.byteOffset, y.byteOffset, y.length);
    return;
  }
  const [sum, addend] = [y, rowsOf(context.floats(residual))].map((data) => ({ data, dims: [data.length] }));
  computeElementwise(context.runtime, 'residual', (node, a, b) => node('Add', a, b), [sum!, addend!], sum!);
}

/** Does the same by ONNX Runtime, for values wherever they lie. */
function finishAnywhere(context: KernelContext, y: Output, steps: Finish): void {
  const { bias, activation = 'linear', slope = 0, slopes } = steps;
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
