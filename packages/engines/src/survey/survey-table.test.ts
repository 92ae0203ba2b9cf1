import { expect, it } from 'vitest';
import type { EngineFinding } from './survey-engines.js';
import { surveyTable } from './survey-table.js';

const found = [
  {
    ...{ family: 'tensorflow.js', name: 'ort', available: true, version: 'ONNX Runtime 1.23.2', threads: 2 },
    ...{ product: 123.456, convolution: 1.5 },
  },
  { family: 'tensorflow.js', name: 'tfjs-node', available: false, reason: 'it is not installed; npm install it' },
  {
    family: 'tensorflow.js',
    name: 'cpu',
    available: true,
    version: 'tfjs 4.22',
    threads: null,
    product: 0.25,
    convolution: null,
  },
  { family: 'ndarray', name: 'wasm', available: true, version: 'SIMD', threads: 1, product: 4, convolution: null },
] as unknown as EngineFinding[];

it('sets the engines of a family in columns, with the reason in place of what does not work', () => {
  expect(surveyTable(found, 'tensorflow.js', '--backend')).toEqual([
    '  --backend      version              threads          product  3x3 convolution',
    '  ort            ONNX Runtime 1.23.2        2      123 GFLOP/s     1.50 GFLOP/s',
    '  tfjs-node      no: it is not installed; npm install it',
    '  cpu            tfjs 4.22                  -    0.250 GFLOP/s                -',
  ]);
});

it('sets a family without convolutions as wide as the others', () => {
  expect(surveyTable(found, 'ndarray')).toEqual([
    '  engine         version              threads          product',
    '  wasm           SIMD                       1     4.00 GFLOP/s',
  ]);
});
