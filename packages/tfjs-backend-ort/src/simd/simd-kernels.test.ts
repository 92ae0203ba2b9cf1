import { expect, it } from 'vitest';
import { randomValues, relativeError, UNTOUCHED, wasmMemory } from '../../test/simd/sandbox.js';
import { referenceTransform } from '../../test/simd/winograd-reference.js';
import { createSimdKernels } from './simd-kernels.js';
import { SimdTeam } from './simd-team.js';
import { SIMD_WASM } from './simd-wasm.js';
import { winogradGeometry } from './winograd-geometry.js';

it('the embedded WebAssembly is what assembly/ compiles to', async () => {
  // Imported by its URL: the types of AssemblyScript's compiler would replace those of Node's globals.
  const { href } = new URL('../../assembly/compile.mjs', import.meta.url);
  const { compile } = (await import(href)) as { compile(): Promise<string> };
  expect(SIMD_WASM).toBe(await compile());
}, 120_000);

it('the WebAssembly brings no memory of its own, no data and no imports but the memory', () => {
  const { WebAssembly } = globalThis as unknown as {
    WebAssembly: {
      Module: (new (code: Uint8Array) => object) & Record<'imports' | 'exports', (m: object) => object[]>;
    };
  };
  const code = Buffer.from(SIMD_WASM, 'base64');
  const module = new WebAssembly.Module(code);
  expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }]);
  expect(WebAssembly.Module.exports(module)).not.toContainEqual(expect.objectContaining({ kind: 'memory' }));
  // Sections are an id, a size in LEB128 and contents; 11 is data.
  const ids: number[] = [];
  for (let at = 8; at < code.length; ) {
    ids.push(code[at++]!);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      size |= (code[at]! & 127) << shift;
      if (code[at++]! < 128) break;
    }
    at += size;
  }
  expect(ids).toContain(10);
  expect(ids).not.toContain(11);
});

it('offsets up to 4 GiB work, workspace and all', ({ skip }) => {
  const memory = (() => {
    try {
      return wasmMemory(65536);
    } catch {
      return skip('this machine does not grant 4 GiB of address space');
    }
  })();
  const end = 2 ** 32;
  const { winograd } = createSimdKernels(new SimdTeam(memory, end - 65536));
  const geometry = winogradGeometry(4, { height: 6, width: 6, padTop: 1, padBottom: 1, padLeft: 1, padRight: 1 });
  const x = new Float32Array(memory.buffer, end - 65536 - 6 * 6 * 8 * 4, 6 * 6 * 8);
  const v = new Float32Array(memory.buffer, 2 ** 31 - 64, 36 * 4 * 8 + 1);
  x.set(randomValues(x.length, 1));
  v.fill(UNTOUCHED);
  const planeStride = 4 * 8 * 4;
  winograd.input(geometry, { pixels: x.byteOffset, transformed: v.byteOffset, planeStride, channels: 8, endImage: 1 });
  const expected = referenceTransform('input', geometry, x, 1, 8, 4 * 8);
  expect(relativeError(v.subarray(0, -1), expected)).toBeLessThan(1e-6);
  expect(v.at(-1)).toBe(UNTOUCHED);
});
