import { Worker } from 'node:worker_threads';
import { threadsWithRoom } from '@cifarlab/internals/address-space';
import type { WasmMemory } from '../memory/reserve-memory.js';
import type { SimdExports } from './simd-exports.js';
import { SIMD_WASM } from './simd-wasm.js';
import { TEAM_MEMBER } from './team-member.js';

/** Bytes of scratch memory that the kernels need for each thread. */
export const SIMD_WORKSPACE_BYTES = 65536;

export type SimdFunction = keyof SimdExports;

/** Calls of one job, at most. */
const CALLS = 64;
/** Doubles per call: the function's number, how many arguments, and those. */
const CALL_SIZE = 32;
/** Words of the control block, in front of the calls. */
const JOB = 0;
/** Claim on the present job: its calls in bits 8 to 15, and the next one to be taken in bits 0 to 7. */
const CLAIM = 1;
const DONE = 2;
/** One more than the number of a call that failed. */
const FAILED = 3;
const CONTROL_BYTES = 16 + 8 * CALL_SIZE * CALLS;
/** Looks at what the others have done before the calling thread goes to sleep: some microseconds. */
const LOOKS = 2000;

/**
 * The WebAssembly kernels on several threads: an instance for each, all on one shared memory.
 *
 * The helper threads sleep between jobs, and waking one takes up to 0.1 ms. A job is therefore cut into more calls than
 * there are threads, and each thread takes the next one until none is left. So the work is done even before helpers
 * have started, or if the system refuses them, and the results do not depend on who does it.
 */
export class SimdTeam {
  /** Threads that share the work, the calling one included: no more than a job has calls, 64. */
  readonly threads: number;
  readonly #simd: SimdExports;
  readonly #functions: SimdFunction[];
  readonly #words: Int32Array;
  readonly #calls: Float64Array;
  #helpers: Worker[];

  /**
   * @param memory a shared memory; all addresses refer to it.
   * @param workspace address (a multiple of 16) of SIMD_WORKSPACE_BYTES for each thread, which belong to the kernels
   *   alone from now on; they are set to zero.
   * @throws WebAssembly.CompileError where WebAssembly, its SIMD instructions or its threads are not available.
   */
  constructor(memory: WasmMemory, workspace: number, threads = 1) {
    new Uint8Array(memory.buffer, workspace, threads * SIMD_WORKSPACE_BYTES).fill(0);
    const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi };
    const module = new WebAssembly.Module(Uint8Array.from(atob(SIMD_WASM), (character) => character.charCodeAt(0)));
    // More would find nothing to do, and their looking for it would run over the bits that count calls.
    this.threads = Math.min(threads, CALLS);
    this.#simd = new WebAssembly.Instance(module, { env: { memory } }).exports;
    this.#simd.setWorkspace(workspace);
    this.#functions = Object.keys(this.#simd) as SimdFunction[];
    const control = new SharedArrayBuffer(CONTROL_BYTES);
    this.#words = new Int32Array(control);
    this.#calls = new Float64Array(control);
    const common = { module, memory, functions: this.#functions, control };
    this.#helpers = Array.from({ length: threadsWithRoom(this.threads - 1) }, (_, i) =>
      startHelper({ ...common, workspace: workspace + (i + 1) * SIMD_WORKSPACE_BYTES }),
    ).filter((helper) => helper !== undefined);
  }

  /**
   * Calls a kernel once for each list of arguments, the calls in any order and several at a time: none may write what
   * another reads or writes. Returns when all are done.
   *
   * @param calls at most 64.
   * @throws WebAssembly.RuntimeError when a call reaches beyond the memory.
   */
  run(name: SimdFunction, calls: readonly (readonly number[])[]): void {
    const kernel = this.#simd[name];
    if (calls.length === 1 || this.#helpers.length === 0) {
      for (const call of calls) kernel(...call);
      return;
    }
    this.#offer(name, calls);
    let failure: unknown;
    for (let call = this.#claim(); call < calls.length; call = this.#claim()) {
      try {
        kernel(...calls[call]!);
      } catch (error) {
        failure = error;
      }
      Atomics.add(this.#words, DONE, 1);
    }
    this.#awaitAll(calls.length);
    if (failure !== undefined) throw failure;
    const failed = Atomics.load(this.#words, FAILED);
    // A failure in another thread fails here too, with the reason.
    if (failed > 0) kernel(...calls[failed - 1]!);
  }

  /** Ends the helper threads; the calling one then works alone. */
  dispose(): void {
    for (const helper of this.#helpers) void helper.terminate();
    this.#helpers = [];
  }

  #offer(name: SimdFunction, calls: readonly (readonly number[])[]): void {
    const code = this.#functions.indexOf(name);
    calls.forEach((call, i) => {
      const at = 2 + CALL_SIZE * i;
      this.#calls[at] = code;
      this.#calls[at + 1] = call.length;
      this.#calls.set(call, at + 2);
    });
    Atomics.store(this.#words, DONE, 0);
    Atomics.store(this.#words, FAILED, 0);
    // From here on threads take calls, also those that have just woken for an earlier job.
    Atomics.store(this.#words, CLAIM, calls.length << 8);
    Atomics.add(this.#words, JOB, 1);
    Atomics.notify(this.#words, JOB);
  }

  #claim(): number {
    return Atomics.add(this.#words, CLAIM, 1) & 255;
  }

  #awaitAll(count: number): void {
    for (let look = 0; look < LOOKS && Atomics.load(this.#words, DONE) < count; look++);
    for (let done = Atomics.load(this.#words, DONE); done < count; done = Atomics.load(this.#words, DONE)) {
      Atomics.wait(this.#words, DONE, done);
    }
  }
}

/** Starts a helper thread, which does not keep the process alive; undefined if the system refuses it. */
function startHelper(workerData: object): Worker | undefined {
  try {
    const worker = new Worker(TEAM_MEMBER, { eval: true, workerData, execArgv: [], env: {} });
    // A helper that does not start takes no calls.
    worker.on('error', () => {});
    worker.unref();
    return worker;
  } catch {
    return undefined;
  }
}

/** The part of the WebAssembly API used here. */
interface WebAssemblyApi {
  Module: new (code: Uint8Array) => object;
  Instance: new (module: object, imports: { env: { memory: WasmMemory } }) => { exports: SimdExports };
}
