import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import loadWabt from 'wabt';
import { layout, matrix, plain, reals } from '../test/support/matrices.js';
import { stubWithoutNode } from '../test/support/without-node.js';
import { ADD_TILE_WASM } from './add-tile-wasm.js';
import { blockedProduct } from './blocked-product.js';
import { GemmEngineError, gemm, gemmEngineDetails, setGemmEngine } from './index.js';
import { toMatrix } from './matrix.js';
import { createJavaScriptKernel, createWasmKernel } from './tile-kernel.js';

afterEach(() => vi.unstubAllGlobals());

describe('the kernels', () => {
  it('give the same results, bit for bit', () => {
    const kernels = [createWasmKernel(), createJavaScriptKernel()];
    const size = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 30 }) }, fc.constantFrom(255, 256, 257));
    fc.assert(
      fc.property(size, size, size, layout, layout, layout, (m, k, n, lc, la, lb) => {
        const [wasm, javascript] = kernels.map((kernel) => {
          const c = matrix(m, n, lc, reals(1));
          const a = matrix(m, k, la, reals(2));
          const b = matrix(k, n, lb, reals(3));
          blockedProduct(toMatrix(c, 'C')!, toMatrix(a, 'A')!, toMatrix(b, 'B')!, 0.3, 0.7, kernel);
          return new Uint8Array(c.data.buffer);
        });
        expect(Buffer.compare(wasm, javascript)).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['is missing', undefined],
    [
      'may not compile',
      {
        Memory: class {
          buffer = new ArrayBuffer(2 ** 21);
        },
        Module: class {
          constructor() {
            throw new Error('Refused to compile: the security policy forbids it');
          }
        },
      },
    ],
  ])('fall back on JavaScript where WebAssembly %s', (_, api) => {
    vi.stubGlobal('WebAssembly', api);
    stubWithoutNode();
    expect(setGemmEngine('auto')).toBe('javascript');
    expect(gemmEngineDetails().reason).toMatch(/needs Node.* WebAssembly with SIMD is not available: ./);
    expect(() => setGemmEngine('wasm-simd')).toThrow(GemmEngineError);
    const c = matrix(2, 2, plain, () => 1);
    gemm(
      c,
      matrix(2, 1, plain, () => 3),
      matrix(1, 2, plain, () => 5),
      1,
      1,
    );
    expect(Array.from(c.data)).toEqual([16, 16, 16, 16]);
  });
});

it('the embedded WebAssembly is what kernel/add-tile.wat compiles to', async () => {
  const source = readFileSync(new URL('../kernel/add-tile.wat', import.meta.url), 'utf8');
  const { buffer } = (await loadWabt()).parseWat('add-tile.wat', source, { simd: true }).toBinary({});
  expect(ADD_TILE_WASM).toBe(Buffer.from(buffer).toString('base64'));
});
