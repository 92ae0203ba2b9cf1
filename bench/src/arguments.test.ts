import { expect, it } from 'vitest';
import { parseArguments } from './arguments.js';

it('has defaults for everything', () => {
  const { threads, ...args } = parseArguments([]);
  expect(threads).toBeGreaterThanOrEqual(1);
  expect(args).toEqual({
    rows: [],
    list: false,
    help: false,
    json: false,
    installPeers: false,
    compileSeconds: 300,
    rounds: 5,
    peers: ['pytorch', 'numpy'],
    settings: { steps: 1400, images: 2000, batch: 32 },
  });
});

it('reads rows and options in any order', () => {
  const args = parseArguments(['convnet-step', '--rounds', '3', 'gemm', '--peers=numpy', '--json', '--steps', '100']);
  expect(args).toMatchObject({ rows: ['convnet-step', 'gemm'], rounds: 3, peers: ['numpy'], json: true, steps: 100 });
  expect(args.settings.steps).toBe(100);
});

it.each([
  [['--compile-seconds=-1'], "--compile-seconds is '-1'; give a whole number from 0 to 86400."],
  [['--compile-seconds', ''], "--compile-seconds is ''"],
  [['--rounds', '0'], "--rounds is '0'; give a whole number of 1 or more."],
  [['--threads', 'two'], "--threads is 'two'"],
  [
    ['--peers', 'jax'],
    "--peers names 'jax'; there are ort, tfjs-node-gpu, tfjs-node, tfjs-wasm, tfjs-cpu, ndarray, ndarray-wasm, ndarray-cpu, pytorch, numpy.",
  ],
  [['--round', '3'], "Unknown option '--round'"],
])('refuses %j', (argv, message) => {
  expect(() => parseArguments(argv)).toThrow(message);
});
