import { expect, it } from 'vitest';
import { engineNames, engines, takesThreads } from './registry.js';

it('lists every engine, the fastest first', () => {
  expect(engines.map(({ recordName }) => recordName)).toEqual([
    ...['ort', 'tfjs-node-gpu', 'tfjs-node', 'webgpu', 'wasm', 'cpu'].map((name) => `tfjs ${name}`),
    ...['gemm ort', 'gemm wasm-simd', 'gemm javascript'],
  ]);
});

it('knows which engines train which networks', () => {
  expect(engineNames('tensorflow.js', { trains: 'dense' })).toEqual([
    'ort',
    'tfjs-node-gpu',
    'tfjs-node',
    'webgpu',
    'wasm',
    'cpu',
  ]);
  expect(engineNames('tensorflow.js', { trains: 'convolutional' })).toEqual([
    'ort',
    'tfjs-node-gpu',
    'tfjs-node',
    'webgpu',
    'cpu',
  ]);
  expect(engineNames('ndarray')).toEqual(engineNames('ndarray', { trains: 'convolutional' }));
  expect(engineNames('ndarray')).toEqual(['ort', 'wasm', 'cpu']);
});

it('knows which engines may be given several threads', () => {
  const names = ['auto', ...new Set(engines.map(({ name }) => name))];
  expect(names.filter((name) => !takesThreads(name))).toEqual(['wasm', 'cpu']);
});
