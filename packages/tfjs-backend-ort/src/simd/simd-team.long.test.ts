import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, it } from 'vitest';
import { randomValues, wasmMemory } from '../../test/simd/sandbox.js';
import { filterGradientFloats } from './depthwise-kernels.js';
import { biasGradientFloats } from './elementwise-kernels.js';
import { createSimdKernels, type SimdKernels } from './simd-kernels.js';
import { SIMD_WORKSPACE_BYTES, SimdTeam } from './simd-team.js';
import { SIMD_WASM } from './simd-wasm.js';
import { TEAM_MEMBER } from './team-member.js';
import { winogradGeometry } from './winograd-geometry.js';

const START = 65536;
const THREADS = 4;
const teams: SimdTeam[] = [];
afterAll(() => {
  for (const team of teams) team.dispose();
});

/** Kernels on that many threads, and tensors in their memory one after the other; `reset` forgets them. */
function lab(threads: number) {
  const memory = wasmMemory(1024);
  const team = new SimdTeam(memory, START, threads);
  teams.push(team);
  const bottom = START + threads * SIMD_WORKSPACE_BYTES;
  let top = bottom;
  const reset = () => {
    top = bottom;
  };
  const tensor = (values: ArrayLike<number> | number) => {
    const view = new Float32Array(memory.buffer, top, typeof values === 'number' ? values : values.length);
    if (typeof values === 'number') view.fill(-7);
    else view.set(values);
    top += Math.ceil(view.byteLength / 64) * 64;
    return view;
  };
  return { team, kernels: createSimdKernels(team), tensor, reset };
}

type Lab = ReturnType<typeof lab>;
const at = (view: Float32Array) => view.byteOffset;
const random = (size: number, seed = 1) => randomValues(size, seed);

const window = { batchSize: 13, inHeight: 16, inWidth: 16, inChannels: 60, outHeight: 8, outWidth: 8 };
const pooling = { ...window, filterHeight: 3, filterWidth: 3, strideHeight: 2, strideWidth: 2 };
const geometry = { ...pooling, dilationHeight: 1, dilationWidth: 1, padInfo: { top: 1, left: 1 } };
const inSize = 13 * 16 * 16 * 60;
const outSize = inSize / 4;
const size = 1_000_003;
const update = { learningRate: 0.1, weightDecay: 0.01, decoupled: true, step: 3, gradientScale: 1 };

/** Each large enough to be shared: what a kernel makes, from equal inputs. */
const jobs: Record<string, (kernels: SimdKernels, tensor: Lab['tensor']) => Float32Array[]> = {
  winograd: ({ winograd }, tensor) => {
    const shape = winogradGeometry(4, { height: 16, width: 16, padTop: 1, padBottom: 1, padLeft: 1, padRight: 1 });
    const tiles = 13 * shape.tilesY * shape.tilesX;
    const [x, v, y, dx] = [tensor(random(inSize)), ...[36 * tiles * 60, inSize, inSize].map((n) => tensor(n))];
    const operands = { transformed: at(v!), planeStride: tiles * 60 * 4, channels: 60, endImage: 13 };
    winograd.input(shape, { ...operands, pixels: at(x!) });
    winograd.output(shape, { ...operands, pixels: at(y!) });
    winograd.inputAdjoint(shape, { ...operands, pixels: at(dx!) });
    const w = v!.slice();
    winograd.outputAdjoint(shape, { ...operands, pixels: at(x!) });
    return [w, y!, dx!, v!];
  },
  pooling: ({ pool }, tensor) => {
    const [x, dy] = [tensor(random(inSize)), tensor(random(outSize, 2))];
    const [y, dx, mean, dmean] = [outSize, inSize, outSize, inSize].map((n) => tensor(n));
    const winners = tensor(outSize / 2);
    pool.maximum({ x: at(x), y: at(y!), winners: at(winners) }, geometry);
    pool.maximumGradient({ dy: at(dy), winners: at(winners), dx: at(dx!) }, geometry);
    pool.average(at(x), at(mean!), geometry);
    pool.averageGradient(at(dy), at(dmean!), geometry, 'pixels');
    return [y!, dx!, mean!, dmean!];
  },
  depthwise: ({ depthwise }, tensor) => {
    const [x, filter, dy] = [tensor(random(inSize)), tensor(random(9 * 60)), tensor(random(outSize, 2))];
    const [y, dx, dfilter] = [outSize, inSize, 9 * 60].map((n) => tensor(n));
    depthwise.forward({ x: at(x), filter: at(filter), y: at(y!) }, geometry);
    depthwise.inputGradient({ dy: at(dy), filter: at(filter), dx: at(dx!) }, geometry);
    const partial = tensor(filterGradientFloats(geometry));
    depthwise.filterGradient({ x: at(x), dy: at(dy), dfilter: at(dfilter!), partial: at(partial) }, geometry);
    return [y!, dx!, dfilter!];
  },
  patches: ({ patches }, tensor) => {
    const [x, out] = [tensor(random(inSize)), tensor(9 * outSize)];
    const shape = { ...geometry, batch: geometry.batchSize, padTop: 1, padLeft: 1 };
    patches.gather(at(x), at(out), 0, outSize / geometry.inChannels, shape);
    return [out];
  },
  optimizers: ({ optimizers }, tensor) => {
    const [parameter, gradient, m, v] = [1, 2, 3, 4].map((seed) => tensor(random(size, seed).map(Math.abs)));
    const [nextParameter, nextM, nextV, p, b] = Array.from({ length: 5 }, () => tensor(size));
    const next = { nextParameter: at(nextParameter!), nextM: at(nextM!), nextV: at(nextV!) };
    const state = { parameter: at(parameter!), gradient: at(gradient!) };
    const adam = { ...update, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 };
    optimizers.adam({ ...state, m: at(m!), v: at(v!), ...next }, size, adam);
    const sgd = { ...update, momentum: 0.9, dampening: 0, nesterov: true };
    optimizers.sgd({ ...state, buffer: at(m!), nextParameter: at(p!), nextBuffer: at(b!) }, size, sgd);
    return [nextParameter!, nextM!, nextV!, p!, b!];
  },
  elementwise: ({ elementwise }, tensor) => {
    const [a, b, row] = [tensor(random(size)), tensor(random(size, 2)), tensor(random(17, 3))];
    const outputs = Array.from({ length: 6 }, () => tensor(size));
    const [sum, scaled, difference, positive, biased, shifted] = outputs as [Float32Array, ...Float32Array[]];
    elementwise.binary('add', at(a), at(b), at(sum), size);
    elementwise.binaryScalar('multiply', at(a), 3, at(scaled!), size);
    elementwise.scalarBinary('subtract', 3, at(a), at(difference!), size);
    elementwise.activation('relu', at(a), at(positive!), size);
    const rows = Math.floor(size / 17);
    elementwise.biasActivation('relu', at(a), at(row), at(biased!), rows, 17);
    elementwise.binaryRow('multiply', at(a), at(row), at(shifted!), rows, 17);
    return outputs;
  },
  'gradients of a bias': ({ elementwise }, tensor) => {
    const [dy, y] = [tensor(random(size)), tensor(random(size, 2))];
    const rows = Math.floor(size / 17);
    const sizes = [size, 17, 17, biasGradientFloats(rows, 17), size, 17];
    const [dx, dbias, sums, partial, dproduct, drow] = sizes.map((n) => tensor(n));
    const common = { dy: at(dy), partial: at(partial!) };
    elementwise.activationGradient('relu', { ...common, y: at(y), dx: at(dx!), dbias: at(dbias!) }, rows, 17);
    elementwise.biasGradient({ ...common, dbias: at(sums!) }, rows, 17);
    const product = { x: at(y), row: at(sums!), dx: at(dproduct!), drow: at(drow!) };
    elementwise.rowProductGradient({ ...common, ...product }, rows, 17);
    return [dx!, dbias!, sums!, dproduct!, drow!];
  },
};

it('has no more threads than a job has calls', () => {
  const { team, kernels, tensor } = lab(300);
  expect(team.threads).toBe(64);
  const one = lab(1);
  expect(jobs.pooling!(kernels, tensor)).toEqual(jobs.pooling!(one.kernels, one.tensor));
});

describe('several threads compute what one does', () => {
  for (const [name, job] of Object.entries(jobs)) {
    it(name, () => {
      const [one, several] = [lab(1), lab(THREADS)];
      const expected = job(one.kernels, one.tensor);
      // Again and again: helpers join while they start, and at different moments afterwards.
      for (let round = 0; round < 8; round++) {
        several.reset();
        const actual = job(several.kernels, several.tensor);
        for (const [i, values] of actual.entries()) {
          // A single comparison: expect() of a million numbers takes seconds.
          expect(Buffer.compare(bytes(values), bytes(expected[i]!)), `${name} ${i}, round ${round}`).toBe(0);
        }
      }
    });
  }
});

const bytes = (view: Float32Array) => Buffer.from(view.slice().buffer);

it('a helper thread takes the calls of a job, and tells of one that fails', async () => {
  const memory = wasmMemory(16);
  const { WebAssembly } = globalThis as unknown as { WebAssembly: { Module: new (code: Uint8Array) => object } };
  const module = new WebAssembly.Module(Buffer.from(SIMD_WASM, 'base64'));
  const control = new SharedArrayBuffer(16 + 8 * 32 * 64);
  const words = new Int32Array(control);
  const calls = new Float64Array(control);
  const x = new Float32Array(memory.buffer, 2 * START, 12).fill(2);
  const y = new Float32Array(memory.buffer, 2 * START + 64, 12);
  const scalar = (address: number) => [0, 6, 2, x.byteOffset, 5, address, 12, 0];
  calls.set(scalar(y.byteOffset), 2);
  calls.set(scalar(2 ** 32 - 16), 2 + 32);
  words[1] = 2 << 8;
  words[0] = 1;
  const workerData = { module, memory, workspace: START, functions: ['binaryScalar'], control };
  const worker = new Worker(TEAM_MEMBER, { eval: true, workerData });
  while (Atomics.load(words, 2) < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  await worker.terminate();
  expect(Array.from(y)).toEqual(Array(12).fill(10));
  expect(words[3]).toBe(2);
});

it('a call beyond the memory throws, whichever thread took it, and the team goes on', () => {
  const { team, tensor } = lab(THREADS);
  const [x, y] = [tensor(random(64)), tensor(64)];
  const good = [2, at(x), 3, at(y), 64, 0];
  const bad = [2, at(x), 3, 2 ** 32 - 16, 64, 0];
  for (let round = 0; round < 20; round++) {
    const calls = Array.from({ length: 16 }, (_, i) => (i === 15 - (round % 16) ? bad : good));
    expect(() => team.run('binaryScalar', calls)).toThrow(/out of bounds/);
    y.fill(0);
    team.run('binaryScalar', Array(16).fill(good));
    expect(y[63]).toBe(Math.fround(x[63]! * 3));
  }
});

it('works alone after its helpers have ended', () => {
  const { team, tensor } = lab(THREADS);
  team.dispose();
  const [x, y] = [tensor(random(64)), tensor(64)];
  team.run('binaryScalar', [
    [2, at(x), 3, at(y), 32, 0],
    [2, at(x) + 128, 3, at(y) + 128, 32, 0],
  ]);
  expect(Array.from(y)).toEqual(Array.from(x, (value) => Math.fround(value * 3)));
});
