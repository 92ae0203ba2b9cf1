import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';

/** A number that a shader reads, in the order of its declaration. */
export interface Uniform {
  type: 'int32' | 'uint32' | 'float32';
  data: number[];
}

/** A compiled shader and how many workgroups compute. */
interface Dispatch {
  pipeline: GPUComputePipeline;
  dispatch: readonly [number, number, number];
  /** The backend's profile names a kernel by its constructor. */
  constructor: { name: string };
}

/** The parts of TensorFlow.js's WebGPU backend (4.22) that these kernels rest on. */
export interface WebGpuBackend {
  readonly device: GPUDevice;
  /** Workgroups up to which a product counts as too small to keep the GPU busy. */
  readonly thresholdToIncreaseWorkgroups: number;
  makeTensorInfo(shape: number[], dtype: DataType, values?: Float32Array): TensorInfo;
  /** Lets go of a tensor that no op returns. */
  disposeData(dataId: object): void;
  /** Gives the tensor a buffer, with its values if it has any. */
  uploadToGPU(dataId: object): void;
  /**
   * Queues one dispatch. Bound in this order: output, inputs, and one uniform buffer of NaN, infinity, shape and strides of
   * every input and of the output, and the uniforms given.
   */
  recordAndSubmit(dispatch: Dispatch, output: TensorInfo, inputs: TensorInfo[], uniforms: Uniform[]): void;
  /** Whether inputs are so small, and not on the GPU, that the backend computes on the CPU. */
  shouldExecuteOnCPU(inputs: TensorInfo[]): boolean;
}
