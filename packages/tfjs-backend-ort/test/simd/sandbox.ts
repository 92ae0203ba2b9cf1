import { expect } from 'vitest';
import type { WasmMemory } from '../../src/memory/reserve-memory.js';
import { createSimdKernels } from '../../src/simd/simd-kernels.js';
import { SIMD_WORKSPACE_BYTES, SimdTeam } from '../../src/simd/simd-team.js';

const { WebAssembly } = globalThis as unknown as {
  WebAssembly: { Memory: new (limits: { initial: number; maximum: number; shared: true }) => WasmMemory };
};

/** Returns a memory of that many pages of 64 KiB. */
export const wasmMemory = (pages: number): WasmMemory =>
  new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });

/** A tensor in the sandbox. */
export interface Tensor {
  address: number;
  values: Float32Array;
}

/** Value of the outputs and of the words around every tensor beforehand: a number that no kernel computes. */
export const UNTOUCHED = Math.fround(-7.0e33);
const GUARD = 16;
const START = 65536;

/** A memory with the kernels, in which tensors lie between guard words. */
export class Sandbox {
  readonly memory: WasmMemory;
  readonly kernels;
  #tensors: Tensor[] = [];
  #top = START + SIMD_WORKSPACE_BYTES;

  constructor(megabytes = 16) {
    this.memory = wasmMemory(megabytes * 16);
    this.kernels = createSimdKernels(new SimdTeam(this.memory, START));
  }

  /** Forgets all tensors. */
  reset(): void {
    this.#tensors = [];
    this.#top = START + SIMD_WORKSPACE_BYTES;
  }

  /** Returns a tensor with these values; a number alone makes an output of that size. */
  tensor(values: ArrayLike<number> | number): Tensor {
    const size = typeof values === 'number' ? values : values.length;
    new Float32Array(this.memory.buffer, this.#top, size + 2 * GUARD).fill(UNTOUCHED);
    const tensor = {
      address: this.#top + GUARD * 4,
      values: new Float32Array(this.memory.buffer, this.#top + GUARD * 4, size),
    };
    if (typeof values !== 'number') tensor.values.set(values);
    this.#tensors.push(tensor);
    this.#top += (size + 2 * GUARD) * 4;
    return tensor;
  }

  /** Fails where a word around a tensor has changed, or the scratch memory's row of zeros. */
  expectGuardsIntact(): void {
    for (const { address, values } of this.#tensors) {
      for (const start of [address - GUARD * 4, address + values.length * 4]) {
        const words = new Float32Array(this.memory.buffer, start, GUARD);
        if (!words.every((word) => word === UNTOUCHED)) expect(Array.from(words)).toEqual(Array(GUARD).fill(UNTOUCHED));
      }
    }
  }
}

/** Numbers with all the digits of float32 between -1 and 1, from a seed (mulberry32). */
export function randomValues(size: number, seed: number): Float32Array {
  let state = seed | 0;
  return Float32Array.from({ length: size }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
    return ((t ^ (t >>> 14)) >>> 0) / 2147483648 - 1;
  });
}

/** Computes max|a - b| / max|b|. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let error = 0;
  let scale = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    if (Number.isNaN(difference)) return Number.NaN;
    error = Math.max(error, difference);
    scale = Math.max(scale, Math.abs(expected[i]!));
  }
  return scale === 0 ? error : error / scale;
}

/** Returns the inner product, in float64. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
