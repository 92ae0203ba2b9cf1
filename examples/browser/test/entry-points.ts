import { readFileSync } from 'node:fs';

/** The packages that are for browsers too. */
const PACKAGES = [
  'convnet-preact',
  'efficientnet-lite',
  'fastnet',
  'gemm',
  'gradcheck',
  'layernorm',
  'mlp',
  'ndarray-mlp',
  'numpy-random',
  'plots',
  'resnet',
  'safetensors',
  'tfjs-ops',
  'tfjs-webgpu-kernels',
  'torch-layers',
  'torch-weights',
  'trainer',
];

/** Packages that a bundle leaves to the application, which has one copy of each. */
export const PEERS = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers'];

/** Every entry of these packages but `/node`: all that a page may import. */
export const ENTRY_POINTS: readonly string[] = PACKAGES.flatMap((name) => {
  const manifest = readFileSync(new URL(`../../../packages/${name}/package.json`, import.meta.url), 'utf8');
  return Object.keys((JSON.parse(manifest) as { exports: object }).exports)
    .filter((path) => path !== './node' && path !== './package.json' && !path.includes('*'))
    .map((path) => `@cifarlab/${name}${path.slice(1)}`);
});
