import { hasRoomForWebAssembly } from '@cifarlab/internals/address-space';
import { addTile } from './add-tile.js';
import { ADD_TILE_WASM } from './add-tile-wasm.js';

/** Sizes of the blocks, multiples of the tile's 4: chosen by measurement, so that the block of A stays in a 1 MB L2 cache
 * and a panel of B (8 KB) in the L1 cache. */
export const BLOCK_ROWS = 256;
export const BLOCK_COLUMNS = 256;
export const BLOCK_DEPTH = 256;

/** A kernel that multiplies packed blocks, with the memory it works in. */
export interface TileKernel {
  engine: 'wasm-simd' | 'javascript';
  /** The packed block of A, BLOCK_ROWS x BLOCK_DEPTH. */
  a: Float64Array;
  /** The packed block of B, BLOCK_DEPTH x BLOCK_COLUMNS. */
  b: Float64Array;
  /** The sums, BLOCK_ROWS x BLOCK_COLUMNS. */
  sums: Float64Array;
  /** Multiplies a panel of `a` by one of `b` and adds to a tile of `sums`; all positions are indices. */
  addTile(depth: number, panelA: number, panelB: number, tile: number, width: number): void;
}

const SIZE_A = BLOCK_ROWS * BLOCK_DEPTH;
const SIZE_B = BLOCK_DEPTH * BLOCK_COLUMNS;
const SIZE_SUMS = BLOCK_ROWS * BLOCK_COLUMNS;

/** Returns the kernel in plain JavaScript, for engines and security policies without WebAssembly. */
export function createJavaScriptKernel(): TileKernel {
  const a = new Float64Array(SIZE_A);
  const b = new Float64Array(SIZE_B);
  const sums = new Float64Array(SIZE_SUMS);
  return {
    engine: 'javascript',
    a,
    b,
    sums,
    addTile: (depth, panelA, panelB, tile, width) => addTile(depth, a, panelA, b, panelB, sums, tile, width),
  };
}

/**
 * Returns the kernel in WebAssembly with 128-bit SIMD: the same sums, bit for bit, some four times as fast.
 *
 * @throws WebAssembly.CompileError and the like where WebAssembly or its SIMD instructions are not available; RangeError
 * if a limit of the address space leaves too little room.
 */
export function createWasmKernel(): TileKernel {
  if (!hasRoomForWebAssembly()) {
    throw new RangeError(
      'the limit of the address space leaves less than the 11 GiB that a WebAssembly memory takes: raise it (ulimit -v), or start Node with --disable-wasm-trap-handler',
    );
  }
  const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi };
  const memory = new WebAssembly.Memory({ initial: Math.ceil(((SIZE_A + SIZE_B + SIZE_SUMS) * 8) / 65536) });
  const code = Uint8Array.from(atob(ADD_TILE_WASM), (character) => character.charCodeAt(0));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), { gemm: { memory } });
  const addTileAt = exports.addTile as (depth: number, a: number, b: number, s: number, row: number) => void;
  const startB = SIZE_A * 8;
  const startSums = startB + SIZE_B * 8;
  return {
    engine: 'wasm-simd',
    a: new Float64Array(memory.buffer, 0, SIZE_A),
    b: new Float64Array(memory.buffer, startB, SIZE_B),
    sums: new Float64Array(memory.buffer, startSums, SIZE_SUMS),
    addTile: (depth, panelA, panelB, tile, width) =>
      addTileAt(depth, panelA * 8, startB + panelB * 8, startSums + tile * 8, width * 8),
  };
}

/** The part of the WebAssembly API used here; TypeScript declares it only along with the whole DOM. */
interface WebAssemblyApi {
  Memory: new (descriptor: { initial: number }) => { readonly buffer: ArrayBuffer };
  Module: new (code: Uint8Array) => object;
  Instance: new (
    module: object,
    imports: Record<string, Record<string, unknown>>,
  ) => { exports: Record<string, unknown> };
}
