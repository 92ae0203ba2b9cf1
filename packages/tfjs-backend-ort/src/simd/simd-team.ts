import { Worker } from 'node:worker_threads';
import type { WasmMemory } from '../memory/reserve-memory.js';
import type { SimdExports } from './simd-exports.js';
import { SIMD_WASM } from './simd-wasm.js';
import { TEAM_MEMBER } from './team-member.js';

/** Bytes of scratch memory that the kernels need for each thread. */
export const SIMD_WORKSPACE_BYTES = 65536;

export type SimdFunction = keyof SimdExports;

/** Values of the first word of a helper's control block. */
const IDLE = 0;
const CALLED = 1;
const FAILED = 2;
const STARTING = 3;

/** Room for the state (8 bytes), the function's number, the number of arguments, and those. */
const CONTROL_BYTES = 8 + 8 * (2 + 32);
/** Looks at a helper's state before the calling thread goes to sleep: a few microseconds. */
const LOOKS = 2000;

interface Helper {
  readonly worker: Worker;
  readonly state: Int32Array;
  readonly values: Float64Array;
}

/**
 * The WebAssembly kernels on several threads: an instance for each, all on one shared memory.
 *
 * The helper threads sleep between calls. They start in the background; until they have, and where the system refuses
 * them, the calling thread does their share, so that results do not depend on them.
 */
export class SimdTeam {
  /** Threads that share the work, the calling one included. */
  readonly threads: number;
  readonly #simd: SimdExports;
  readonly #functions: SimdFunction[];
  #helpers: Helper[] = [];

  /**
   * @param memory a shared memory; all addresses refer to it.
   * @param workspace address (a multiple of 16) of SIMD_WORKSPACE_BYTES for each thread, which belong to the kernels
   *   alone from now on; they are set to zero.
   * @throws WebAssembly.CompileError where WebAssembly, its SIMD instructions or its threads are not to be had.
   */
  constructor(memory: WasmMemory, workspace: number, threads = 1) {
    new Uint8Array(memory.buffer, workspace, threads * SIMD_WORKSPACE_BYTES).fill(0);
    const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi };
    const module = new WebAssembly.Module(Uint8Array.from(atob(SIMD_WASM), (character) => character.charCodeAt(0)));
    this.threads = threads;
    this.#simd = new WebAssembly.Instance(module, { env: { memory } }).exports;
    this.#simd.setWorkspace(workspace);
    this.#functions = Object.keys(this.#simd) as SimdFunction[];
    for (let i = 1; i < threads; i++) {
      const helper = this.#start(module, memory, workspace + i * SIMD_WORKSPACE_BYTES);
      if (helper) this.#helpers.push(helper);
    }
  }

  /**
   * Calls a kernel once for each list of arguments, the calls at the same time: none may write what another reads or
   * writes. Returns when all are done.
   *
   * @throws WebAssembly.RuntimeError when a call reaches beyond the memory.
   */
  run(name: SimdFunction, calls: readonly (readonly number[])[]): void {
    const kernel = this.#simd[name];
    const called: Helper[] = [];
    const own: (readonly number[])[] = [];
    for (const call of calls) {
      // The first call is this thread's, so that a single one needs no other.
      const helper = own.length === 0 ? undefined : this.#helpers[called.length];
      if (helper && Atomics.load(helper.state, 0) === IDLE) {
        this.#hand(helper, name, call);
        called.push(helper);
      } else own.push(call);
    }
    try {
      for (const call of own) kernel(...call);
    } finally {
      for (const helper of called) this.#await(helper, name);
    }
  }

  /** Ends the helper threads; the calling one then works alone. */
  dispose(): void {
    for (const { worker } of this.#helpers) void worker.terminate();
    this.#helpers = [];
  }

  #start(module: object, memory: WasmMemory, workspace: number): Helper | undefined {
    const control = new SharedArrayBuffer(CONTROL_BYTES);
    const state = new Int32Array(control);
    state[0] = STARTING;
    const workerData = { module, memory, workspace, functions: this.#functions, control };
    try {
      const worker = new Worker(TEAM_MEMBER, { eval: true, workerData, execArgv: [], env: {} });
      // A helper that fails never becomes idle, and one that has become idle does not fail.
      worker.on('error', () => {});
      worker.unref();
      return { worker, state, values: new Float64Array(control, 8) };
    } catch {
      return undefined;
    }
  }

  #hand({ state, values }: Helper, name: SimdFunction, call: readonly number[]): void {
    values[0] = this.#functions.indexOf(name);
    values[1] = call.length;
    values.set(call, 2);
    Atomics.store(state, 0, CALLED);
    Atomics.notify(state, 0);
  }

  #await({ state, values }: Helper, name: SimdFunction): void {
    for (let look = 0; look < LOOKS && Atomics.load(state, 0) === CALLED; look++);
    while (Atomics.load(state, 0) === CALLED) Atomics.wait(state, 0, CALLED);
    if (Atomics.load(state, 0) !== FAILED) return;
    Atomics.store(state, 0, IDLE);
    // The same call fails here too, and with the reason.
    this.#simd[name](...values.subarray(2, 2 + values[1]!));
  }
}

/** The part of the WebAssembly API used here. */
interface WebAssemblyApi {
  Module: new (code: Uint8Array) => object;
  Instance: new (module: object, imports: { env: { memory: WasmMemory } }) => { exports: SimdExports };
}
