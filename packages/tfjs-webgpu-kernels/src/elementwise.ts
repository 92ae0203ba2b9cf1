import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { WebGpuBackend } from './backend.js';
import { runShader, sizeOf } from './run-shader.js';
import type { Shader } from './shader.js';

const LANES = 256;
/** Every device takes as many workgroups in one direction. */
const MOST_GROUPS = 65_535;

/**
 * Makes a shader with one invocation for each element of its first output.
 *
 * @param code of the body: WGSL with the index `i`.
 * @param functions that the body calls.
 */
export function elementwiseShader({ code, functions = '', ...shader }: Shader & { functions?: string }): Shader {
  return {
    ...shader,
    uniforms: { size: 'u32', ...shader.uniforms },
    code: `
${functions}
@compute @workgroup_size(${LANES})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * ${LANES}u + lane;
  if (i >= uniforms.size) { return; }
  ${code}
}`,
  };
}

/** Queues an {@link elementwiseShader}. */
export function runElementwise(
  backend: WebGpuBackend,
  shader: Shader,
  inputs: Readonly<Record<string, TensorInfo>>,
  outputs: readonly (readonly number[])[],
  uniforms: Readonly<Record<string, number>> = {},
): TensorInfo[] {
  const size = sizeOf(outputs[0]!);
  const groups = Math.ceil(size / LANES);
  const x = Math.min(groups, MOST_GROUPS);
  const workgroups = [x, Math.ceil(groups / x)] as const;
  return runShader(backend, shader, { inputs, outputs, uniforms: { size, ...uniforms }, workgroups });
}
