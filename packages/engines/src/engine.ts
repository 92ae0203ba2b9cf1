import type { OrtBackendOptions } from '@cifarlab/tfjs-backend-ort';

/** The names of all engines, by family. */
export interface EngineNames {
  /** Engines of TensorFlow.js's operations. */
  'tensorflow.js': 'ort' | 'tfjs-node-gpu' | 'tfjs-node' | 'webgpu' | 'wasm' | 'cpu';
  /** Engines of the matrix products of ndarrays. */
  ndarray: 'ort' | 'wasm' | 'cpu';
}

/** The kind of computation that an engine serves. */
export type EngineFamily = keyof EngineNames;

/** The name of an engine of a family; of any family by default. */
export type EngineName<Family extends EngineFamily = EngineFamily> = EngineNames[Family];

/**
 * The networks that an engine can train: `none`, because training reads values without waiting, which it cannot;
 * `dense` ones, because it lacks the gradients of convolutions; or `convolutional` ones too.
 */
export type TrainableNetworks = 'none' | 'dense' | 'convolutional';

/** Options for starting an engine. */
export interface EngineOptions {
  /** The folder whose installed packages an engine may come from. Default: the current one. */
  folder?: string | undefined;
  /** Threads to compute with. Default: as many as the engine chooses itself. */
  threads?: number | undefined;
  /** Hears, in one line, of what slows the engine down; also after the start. */
  onWarning?: ((message: string) => void) | undefined;
  /** More about the engine `ort` of TensorFlow.js. An `ort` that this process has started before keeps what it has. */
  ort?: Omit<OrtBackendOptions, 'threads' | 'onWarning'> | undefined;
}

/** Speeds in GFLOP/s: 10^9 multiplications and additions in a second; of the fastest run, the others were disturbed. */
export interface EngineSpeed {
  /** Speed of a matrix product: in float32 with TensorFlow.js, in float64 with ndarrays. */
  product: number;
  /**
   * Speed of a 3x3 convolution with 128 channels, counted as the direct method's; null in a family without
   * convolutions.
   */
  convolution: number | null;
}

/** State of a started engine, as its row of the registry reports it. */
export interface RunningEngine {
  /** The software that computes, with its version. */
  version: string;
  /** Threads that compute; null if the engine does not tell. */
  threads: number | null;
  /** Versions of the software that shapes the numbers, by name. */
  software: Record<string, string>;
  /** Bytes that it has reserved for tensors; undefined if it takes them from the machine as it goes. */
  memoryLimit?: number | undefined;
  /** Measures it, while it is the one in use, in about the given time for each speed. */
  measure(seconds: number): Promise<EngineSpeed>;
}

/** A row of the registry: an engine that may work here or not. */
export interface Engine<Family extends EngineFamily = EngineFamily> {
  /** The family that it computes for. */
  readonly family: Family;
  /** Its name, which no other engine of the family has. */
  readonly name: EngineName<Family>;
  /** The name that stands for it in an `EngineRecord`; no other engine of any family has it. */
  readonly recordName: string;
  /** The networks that it can train. */
  readonly trains: TrainableNetworks;
  /** Whose memory holds the tensors. */
  readonly device: 'cpu' | 'gpu';
  /** Whether it can compute with several threads. */
  readonly multithreaded: boolean;
  /** Starts it in this process. Throws whatever keeps it from working, which `startEngine` makes an `EngineError`. */
  start(options: EngineOptions & { folder: string }): Promise<RunningEngine>;
}

/** Record of the engine that computed some numbers, as files keep it. */
export interface EngineRecord {
  /** The engine's `recordName`. */
  name: string;
  /** Null if the engine does not tell. */
  threads: number | null;
}

/** An engine that computes in this process now. */
export interface StartedEngine<Family extends EngineFamily = EngineFamily> extends RunningEngine {
  /** The family that it computes for. */
  family: Family;
  /** Its name, also if `auto` was requested. */
  name: EngineName<Family>;
  /** Whose memory holds the tensors. */
  device: 'cpu' | 'gpu';
  /** Why nothing faster was chosen; undefined if a name was requested, or the fastest works. */
  reason: string | undefined;
  /** Its warnings while it started, one line each: whatever slows it down. */
  warnings: readonly string[];
  /** The record to keep, for `restartEngine` to read. */
  record: EngineRecord;
}
