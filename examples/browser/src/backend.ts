import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgl';
import '@tensorflow/tfjs-backend-webgpu';
import { registerWebGpuKernels } from '@cifarlab/tfjs-webgpu-kernels';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import wasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm';
import wasmSimd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm';
import wasmThreads from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm';
import { env, setBackend } from '@tensorflow/tfjs-core';
import type { Network } from './train.js';

/** The backends that can train each network, the best one first: `wasm` has no gradients of convolutions. */
export const BACKENDS: Readonly<Record<Network, readonly string[]>> = {
  mlp: ['wasm', 'webgl', 'cpu'],
  convnet: ['webgpu', 'webgl', 'cpu'],
};

registerWebGpuKernels();

// The page's own copies, which the build puts beside it: nothing comes from elsewhere.
setWasmPaths({
  'tfjs-backend-wasm.wasm': wasm,
  'tfjs-backend-wasm-simd.wasm': wasmSimd,
  'tfjs-backend-wasm-threaded-simd.wasm': wasmThreads,
});

// One compiled program for all shapes of an operation, not one for each shape: a first step compiles less.
env().set('WEBGL_USE_SHAPES_UNIFORMS', true);

/**
 * Makes the first backend that works here the one that computes.
 *
 * @returns its name.
 * @throws Error when none works.
 */
export async function startBackend(names: readonly string[]): Promise<string> {
  for (const name of names) {
    if (await setBackend(name)) return name;
  }
  throw new Error(`None of these backends works in this browser: ${names.join(', ')}.`);
}
