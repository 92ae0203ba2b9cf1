import type { TensorInfo } from '@tensorflow/tfjs-core';
import { runShader } from '../run-shader.js';
import type { Shader } from '../shader.js';
import type { GpuKernel } from './kernel.js';

const LANES = 256;

/** One workgroup for all rows, since logits are small: a row has the classes, a batch some hundred rows. */
const shader: Shader = {
  name: 'CifarlabSoftmaxCrossEntropy',
  inputs: ['logits', 'targets'],
  outputs: ['sums', 'gradient'],
  uniforms: { rows: 'u32', classes: 'u32', factor: 'f32' },
  code: `
var<workgroup> losses: array<f32, ${LANES}>;
var<workgroup> hits: array<f32, ${LANES}>;
fn isNaN(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
@compute @workgroup_size(${LANES})
fn main(@builtin(local_invocation_index) lane: u32) {
  var loss = 0.0;
  var correct = 0.0;
  for (var row = lane; row < uniforms.rows; row += ${LANES}u) {
    let first = row * uniforms.classes;
    let end = first + uniforms.classes;
    var best = first;
    var target_ = first;
    var hasNaN = isNaN(logits[first]);
    for (var c = first + 1u; c < end; c++) {
      if (logits[c] > logits[best]) { best = c; }
      if (targets[c] > targets[target_]) { target_ = c; }
      hasNaN = hasNaN || isNaN(logits[c]);
    }
    let largest = logits[best];
    var sum = 0.0;
    var total = 0.0;
    for (var c = first; c < end; c++) {
      sum += exp(logits[c] - largest);
      total += targets[c];
    }
    let logSum = log(sum);
    for (var c = first; c < end; c++) {
      loss += targets[c] * (logSum - (logits[c] - largest));
      gradient[c] = uniforms.factor * (total * exp(logits[c] - largest) / sum - targets[c]);
    }
    if (best == target_ && !hasNaN) { correct += 1.0; }
  }
  losses[lane] = loss;
  hits[lane] = correct;
  workgroupBarrier();
  for (var half = ${LANES / 2}u; half > 0u; half /= 2u) {
    if (lane < half) {
      losses[lane] += losses[lane + half];
      hits[lane] += hits[lane + half];
    }
    workgroupBarrier();
  }
  if (lane == 0u) {
    sums[0] = losses[0];
    sums[1] = hits[0];
  }
}`,
};

/**
 * Softmax, cross-entropy and its gradient: inputs logits, targets [n, C]; attribute `examples`, over which the mean is;
 * outputs the sum of the losses and the number of rows whose largest logit is where the largest target is [2], and the
 * gradient of the mean loss for the logits [n, C].
 */
export const softmaxCrossEntropy: GpuKernel = {
  kernelName: 'CifarlabSoftmaxCrossEntropy',
  run({ inputs, attrs, backend }) {
    const { logits } = inputs as { logits: TensorInfo };
    const { examples } = attrs as { examples: number };
    const [rows, classes] = logits.shape as [number, number];
    return runShader(backend, shader, {
      inputs,
      outputs: [[2], [rows, classes]],
      uniforms: { rows, classes, factor: 1 / examples },
      workgroups: [1],
    });
  },
};
