import { OrtError, OrtUnavailableError } from './errors.js';
import { GraphBuilder } from './model/graph-builder.js';
import type { CApi } from './native/c-api.js';
import { OrtSession, type SessionContext } from './session.js';

/** `ORT_LOGGING_LEVEL_FATAL`: errors reach the caller as exceptions, so nothing needs to be printed. */
const LOG_LEVEL = 4;
const ARENA_ALLOCATOR = 1;
const DEFAULT_MEMORY = 0;
/** `-1` leaves a choice of the arena to ONNX Runtime; strategy 1 grows it by what is asked for, not by doubling. */
const ARENA = { limit: 0, strategy: 1, initialChunk: -1, maxDeadBytes: -1 };

/** A model of one's own: its bytes, and the names of the inputs and outputs in the order that runs will give them. */
export interface OrtModel {
  /** The model in the ONNX format. */
  readonly bytes: Uint8Array;
  /** Names of its inputs, in the order in which `run` is to take them. */
  readonly inputNames: readonly string[];
  /** Names of its outputs, in the order in which `run` is to take them. */
  readonly outputNames: readonly string[];
}

/** How a session runs. */
export interface SessionOptions {
  /**
   * 1: on the calling thread alone, which is faster for work of less than some 50 microseconds, since it takes 20 to wake
   * another thread. Default: on the runtime's threads.
   */
  readonly threads?: 1;
}

/**
 * ONNX Runtime in this process: one environment, one pool of threads for every session, and the sessions. Made by
 * {@link ortRuntime}.
 */
export class OrtRuntime {
  /** ONNX Runtime's version. */
  readonly version: string;
  /**
   * Threads that compute, this one included, as asked for. The pool belongs to the process: while another thread (a
   * worker) has a runtime, a new one computes with the pool that is there.
   */
  readonly threads: number;
  /** The file that the library was loaded from. */
  readonly libraryPath: string;
  /**
   * Where threads live: one pool for all sessions, or one per session, which is the case when other code of this process
   * had started the same library before.
   */
  readonly threadPools: 'global' | 'per-session';
  readonly #api: CApi;
  readonly #context: SessionContext;
  readonly #sessions = new Map<string, OrtSession>();
  readonly #loaded = new Set<OrtSession>();
  readonly #onDispose: () => void;
  #environment: number;

  /** @internal */
  constructor(api: CApi, version: string, threads: number, onDispose: () => void) {
    this.#api = api;
    this.#onDispose = onDispose;
    this.version = version;
    this.threads = threads;
    this.libraryPath = api.libraryPath;
    this.#context = {
      api,
      memoryInfo: api.pointerFrom((out) => api.functions.createCpuMemoryInfo(ARENA_ALLOCATOR, DEFAULT_MEMORY, out)),
    };
    this.#environment = this.#createEnvironment();
    this.#shareArena();
    this.threadPools = this.#hasGlobalThreadPools() ? 'global' : 'per-session';
  }

  /**
   * The session of a model that is built in code, made at the first call for its key and kept.
   *
   * @param key names the model; the same key must mean the same model.
   * @param build fills the graph; called only when the session does not exist yet.
   * @param options how the session runs; the same key must mean the same options.
   * @throws {OrtError} when ONNX Runtime refuses the model; what `build` throws; Error after {@link dispose}.
   */
  session(key: string, build: (graph: GraphBuilder) => void, options: SessionOptions = {}): OrtSession {
    let session = this.#sessions.get(key);
    if (session === undefined) {
      const graph = new GraphBuilder();
      build(graph);
      const { inputNames, outputNames } = graph;
      const model = { bytes: graph.build(), inputNames, outputNames };
      session = this.#load(model, options, () => this.#sessions.delete(key));
      this.#sessions.set(key, session);
    }
    return session;
  }

  /**
   * Loads a model. The session is the caller's to dispose of; {@link dispose} frees those that are left.
   *
   * @throws RangeError when an output is named twice or is an input as well: ONNX Runtime would leave its memory
   *   unwritten. {@link OrtError} when ONNX Runtime refuses the model.
   */
  load(model: OrtModel, options: SessionOptions = {}): OrtSession {
    return this.#load(model, options);
  }

  #load({ bytes, inputNames, outputNames }: OrtModel, { threads }: SessionOptions, onDispose?: () => void): OrtSession {
    this.#assertAlive();
    assertWritable(inputNames, outputNames);
    const handle = this.#createSession(bytes, threads === 1 ? 'none' : this.threadPools);
    const session = new OrtSession(this.#context, handle, inputNames, outputNames, () => {
      this.#loaded.delete(session);
      onDispose?.();
    });
    this.#loaded.add(session);
    return session;
  }

  /** How many sessions {@link session} keeps. */
  get sessionCount(): number {
    return this.#sessions.size;
  }

  /**
   * Frees every session, ends the threads and lets go of the environment. {@link ortRuntime} then starts anew, also with
   * another number of threads. It runs by itself when the process ends.
   */
  dispose(): void {
    if (this.#environment === 0) return;
    for (const session of this.#loaded) session.dispose();
    this.#loaded.clear();
    this.#sessions.clear();
    this.#api.functions.releaseMemoryInfo(this.#context.memoryInfo);
    this.#api.functions.releaseEnv(this.#environment);
    this.#environment = 0;
    this.#onDispose();
  }

  #assertAlive(): void {
    if (this.#environment === 0) throw new Error('The runtime was disposed of; call ortRuntime() for another one.');
  }

  /** One pool of threads for all sessions, which do not spin while they wait: two pools that do halve each other's speed. */
  #createEnvironment(): number {
    const { functions, check, pointerFrom } = this.#api;
    const options = pointerFrom((out) => functions.createThreadingOptions(out));
    try {
      check(functions.setGlobalIntraOpNumThreads(options, this.threads));
      check(functions.setGlobalInterOpNumThreads(options, 1));
      check(functions.setGlobalSpinControl(options, 0));
      const environment = pointerFrom((out) =>
        functions.createEnvWithGlobalThreadPools(LOG_LEVEL, 'cifarlab', options, out),
      );
      check(functions.disableTelemetryEvents(environment));
      return environment;
    } finally {
      functions.releaseThreadingOptions(options);
    }
  }

  /** One arena of scratch memory for all sessions; an environment that is already shared has it. */
  #shareArena(): void {
    const { functions, check, pointerFrom } = this.#api;
    const { limit, strategy, initialChunk, maxDeadBytes } = ARENA;
    const config = pointerFrom((out) => functions.createArenaConfig(limit, strategy, initialChunk, maxDeadBytes, out));
    try {
      check(functions.createAndRegisterAllocator(this.#environment, this.#context.memoryInfo, config));
    } catch (error) {
      if (!(error instanceof OrtError && error.message.includes('already'))) throw error;
    } finally {
      functions.releaseArenaConfig(config);
    }
  }

  #hasGlobalThreadPools(): boolean {
    const graph = new GraphBuilder();
    graph.output('y', 'float32', ['n']);
    graph.node('Neg', [graph.input('x', 'float32', ['n'])], {}, { outputs: ['y'] });
    try {
      this.#api.functions.releaseSession(this.#createSession(graph.build(), 'global'));
      return true;
    } catch (error) {
      if (error instanceof OrtError && error.message.includes('CreateEnvWithGlobalThreadPools')) return false;
      throw error;
    }
  }

  #createSession(bytes: Uint8Array, threadPools: 'global' | 'per-session' | 'none'): number {
    const { functions, check, pointerFrom, addressOf } = this.#api;
    const options = pointerFrom((out) => functions.createSessionOptions(out));
    try {
      if (threadPools === 'global') check(functions.disablePerSessionThreads(options));
      else {
        check(functions.setIntraOpNumThreads(options, threadPools === 'none' ? 1 : this.threads));
        check(functions.setInterOpNumThreads(options, 1));
        check(functions.addSessionConfigEntry(options, 'session.intra_op.allow_spinning', '0'));
      }
      check(functions.addSessionConfigEntry(options, 'session.use_env_allocators', '1'));
      // An environment that other code started prints what it likes, unless the session says otherwise.
      check(functions.setSessionLogSeverityLevel(options, LOG_LEVEL));
      // A pattern is remembered for every combination of input shapes, and these models take any shape.
      check(functions.disableMemPattern(options));
      return pointerFrom((out) =>
        functions.createSessionFromArray(this.#environment, addressOf(bytes), bytes.byteLength, options, out),
      );
    } finally {
      functions.releaseSessionOptions(options);
    }
  }
}

function assertWritable(inputNames: readonly string[], outputNames: readonly string[]): void {
  const taken = new Set(inputNames);
  for (const name of outputNames) {
    if (taken.has(name)) {
      throw new RangeError(
        `The model's output ${name} is an input or another output as well; give each its own name, with an Identity node between them.`,
      );
    }
    taken.add(name);
  }
}

/** Computes something small and compares, so that a library that loads and misbehaves is found out at once. */
export function selfTest(runtime: OrtRuntime): void {
  const session = runtime.session('@cifarlab/ort-runtime self-test', (graph) => {
    const a = graph.input('a', 'float32', ['m', 'k']);
    const b = graph.input('b', 'float32', ['k', 'n']);
    graph.node('MatMul', [a, b], {}, { outputs: [graph.output('c', 'float32', ['m', 'n'])] });
  });
  try {
    assertMultiplies(session, runtime.libraryPath);
  } finally {
    session.dispose();
  }
}

function assertMultiplies(session: OrtSession, libraryPath: string): void {
  const c = { data: new Float32Array(4), dims: [2, 2] };
  const a = { data: Float32Array.of(1, 2, 3, 4, 5, 6), dims: [2, 3] };
  session.run([a, { data: Float32Array.of(1, 0, 0, 1, 1, 1), dims: [3, 2] }], [c]);
  if (c.data.join() !== '4,5,10,11') {
    throw new OrtUnavailableError(
      'SELF_TEST_FAILED',
      `${libraryPath} computed [${c.data}] instead of [4,5,10,11]; reinstall the package it came from.`,
    );
  }
  try {
    session.run([a, { data: Float32Array.of(1, 2), dims: [1, 2] }], [c]);
  } catch (error) {
    if (error instanceof OrtError && error.message !== '') return;
    throw error;
  }
  throw new OrtUnavailableError(
    'SELF_TEST_FAILED',
    `${libraryPath} multiplied [2,3] by [1,2] without complaint; reinstall the package it came from.`,
  );
}
