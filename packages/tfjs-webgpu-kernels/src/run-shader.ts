import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Uniform, WebGpuBackend } from './backend.js';
import { bindingsOf, type Shader, sourceOf, type UniformType } from './shader.js';

/** Arguments of {@link runShader}. */
export interface ShaderArguments {
  /** Tensors by the names of the shader's inputs. */
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  /** Shapes of the results, in the order of the shader's outputs. */
  readonly outputs: readonly (readonly number[])[];
  /** By the names of the shader's uniforms. */
  readonly uniforms: Readonly<Record<string, number>>;
  readonly workgroups: readonly [x: number, y?: number, z?: number];
}

/** Queues a shader. @returns its outputs; zeros if one of them is empty. */
export function runShader(
  backend: WebGpuBackend,
  shader: Shader,
  { inputs, outputs, uniforms, workgroups }: ShaderArguments,
): TensorInfo[] {
  const isEmpty = outputs.some((shape) => sizeOf(shape) === 0);
  const results = outputs.map((shape) =>
    backend.makeTensorInfo([...shape], 'float32', isEmpty ? new Float32Array(sizeOf(shape)) : undefined),
  );
  if (isEmpty) return results;
  const [first, ...others] = results.map(asVector);
  const bound = [...shader.inputs.map((name) => asVector(inputs[name]!)), ...others];
  for (const { dataId } of [first!, ...bound]) backend.uploadToGPU(dataId);
  const [x, y = 1, z = 1] = workgroups;
  const dispatch = { pipeline: pipelineOf(backend.device, shader), dispatch: [x, y, z], constructor: shader } as const;
  const values = Object.entries(shader.uniforms).map(([name, type]) => uniform(type, uniforms[name]!));
  backend.recordAndSubmit(dispatch, first!, bound, values);
  return results;
}

const pipelines = new WeakMap<GPUDevice, Map<string, GPUComputePipeline>>();

/** Compiles a shader once for each device. */
function pipelineOf(device: GPUDevice, shader: Shader): GPUComputePipeline {
  let compiled = pipelines.get(device);
  if (compiled === undefined) {
    compiled = new Map();
    pipelines.set(device, compiled);
  }
  const found = compiled.get(shader.name);
  if (found !== undefined) return found;
  const pipeline = compile(device, shader);
  compiled.set(shader.name, pipeline);
  return pipeline;
}

function compile(device: GPUDevice, shader: Shader): GPUComputePipeline {
  const bindings = bindingsOf(shader);
  const visibility = 4; // GPUShaderStage.COMPUTE, of which Node has no global variable.
  const layout = device.createBindGroupLayout({
    entries: [
      ...bindings.map(({ writes }, binding) => ({
        binding,
        visibility,
        buffer: { type: writes ? ('storage' as const) : ('read-only-storage' as const) },
      })),
      { binding: bindings.length, visibility, buffer: { type: 'uniform' as const } },
    ],
  });
  return device.createComputePipeline({
    label: shader.name,
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module: device.createShaderModule({ label: shader.name, code: sourceOf(shader) }), entryPoint: 'main' },
  });
}

const TYPES = { i32: 'int32', u32: 'uint32', f32: 'float32' } as const;

function uniform(type: UniformType, value: number): Uniform {
  return { type: TYPES[type], data: [value] };
}

function asVector({ dataId, shape, dtype }: TensorInfo): TensorInfo {
  return { dataId, shape: [sizeOf(shape)], dtype };
}

/** Returns the number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
