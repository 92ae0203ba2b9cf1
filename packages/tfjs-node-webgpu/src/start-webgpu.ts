import { registerWebGpuKernels } from '@cifarlab/tfjs-webgpu-kernels';
import { findBackend, registerBackend, removeBackend, setBackend } from '@tensorflow/tfjs-core';
import { type AdapterChoice, type AdapterDescription, chooseAdapter, describeAdapter } from './adapter.js';
import { type Dawn, instanceOf, loadDawn } from './dawn.js';
import { type DeviceLimits, limitsOf, openDevice } from './device.js';
import { explainMissingDriver } from './driver.js';
import { WebGpuUnavailableError } from './errors.js';
import { setGlobals, withNavigatorGpu } from './globals.js';

/** Options of {@link startWebGpu}. */
export interface WebGpuOptions extends AdapterChoice {
  /** Hears of errors that WebGPU reports later, such as memory that is not there: results are wrong from then on. */
  onError?: ((message: string) => void) | undefined;
}

/** Memory of the GPU, in bytes. */
export interface WebGpuMemory {
  /** Memory of the tensors that are in use. */
  readonly inUse: number;
  /** All that is taken, with buffers kept for later tensors. */
  readonly allocated: number;
}

/** The GPU that TensorFlow.js computes with. */
export interface WebGpu {
  /** The adapter that was chosen. */
  readonly adapter: AdapterDescription;
  /** Limits of its device. */
  readonly limits: DeviceLimits;
  /** Returns the memory that TensorFlow.js has taken. */
  memory(): WebGpuMemory;
  /** Frees the device, with every tensor on it, and takes the backend and all global variables away. */
  close(): void;
}

let started: WebGpu | undefined;

/** Returns the GPU that {@link startWebGpu} has started and that is not closed; undefined if there is none. */
export const startedWebGpu = (): WebGpu | undefined => started;

const NAME = 'webgpu';
/** As tfjs registers it in a browser. */
const PRIORITY = 3;

/**
 * Makes a GPU the backend `webgpu` of TensorFlow.js, and the one in use, with the kernels of `@cifarlab/tfjs-webgpu-kernels`.
 *
 * Dawn's native library is loaded by this call, not by the import. The process ends by itself when nothing else is to be
 * done; `close` is for those who go on without the GPU.
 *
 * Values can only be read with `await tensor.data()`: `dataSync` works in browsers alone.
 *
 * @throws WebGpuUnavailableError when there is no driver, no GPU, or only software; Error if the process has a backend
 *   `webgpu` already. Nothing is changed then.
 */
export async function startWebGpu({ onError, ...choice }: WebGpuOptions = {}): Promise<WebGpu> {
  if (findBackend(NAME) !== null) {
    throw new Error('This process has a backend "webgpu" already; close() the one that startWebGpu returned first.');
  }
  const noDriver = explainMissingDriver();
  if (noDriver !== undefined) throw new WebGpuUnavailableError('NO_DRIVER', noDriver);
  const dawn = await loadDawn();
  const gpu = instanceOf(dawn);
  const adapter = await chooseAdapter(gpu, choice);
  const device = await openDevice(adapter);
  device.addEventListener('uncapturederror', ({ error }) => onError?.(error.message));
  return useDevice({ gpu, adapter, device, globals: dawn.globals });
}

interface Opened {
  gpu: GPU;
  adapter: GPUAdapter;
  device: GPUDevice;
  globals: Dawn['globals'];
}

async function useDevice({ gpu, adapter, device, globals }: Opened): Promise<WebGpu> {
  const removeGlobals = setGlobals(globals);
  const close = () => {
    started = undefined;
    removeBackend(NAME);
    device.destroy();
    removeGlobals();
  };
  try {
    // It registers its kernels when it is loaded.
    const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
    registerWebGpuKernels();
    const backend = withNavigatorGpu(gpu, () => new WebGPUBackend(device, adapter.info));
    registerBackend(NAME, () => backend, PRIORITY);
    await setBackend(NAME);
    started = {
      adapter: describeAdapter(adapter),
      limits: limitsOf(device),
      memory() {
        const { numBytesInGPU, numBytesAllocatedInGPU } = backend.memory();
        return { inUse: numBytesInGPU, allocated: numBytesAllocatedInGPU };
      },
      close,
    };
    return started;
  } catch (error) {
    close();
    throw error;
  }
}
