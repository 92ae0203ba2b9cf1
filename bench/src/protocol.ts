import { NODE_ENGINES, type NodeEngineName } from './node-engines.js';

/** Engines that can be measured; each is its own process. */
export type EngineName = NodeEngineName | 'pytorch' | 'numpy';

/** Their names, those in Node first. */
export const ENGINES: readonly EngineName[] = [...(Object.keys(NODE_ENGINES) as NodeEngineName[]), 'pytorch', 'numpy'];

/** How PyTorch computes: op by op, or compiled by `torch.compile`. */
export type Mode = 'eager' | 'compiled';

/** Sizes and settings of a workload; `rows.ts` says what each one understands. */
export type Parameters = Readonly<Record<string, string | number | boolean | readonly number[]>>;

/** The first line of a worker, once it can take requests. */
export interface Ready {
  ready: true;
  engine: EngineName;
  /** Name and version of what computes, for the head of the table. */
  version: string;
  threads: number;
}

/** A line to a worker. */
export interface Request {
  id: number;
  run: string;
  parameters: Parameters;
  /** Number of measurements. */
  iterations: number;
}

/** The line that answers a request: the measurements, or the reason why there are none. */
export type Answer = { id: number } & (Measurement | { unsupported: string } | { failure: string });

export interface Measurement {
  /** One number per iteration: that of one repetition, where short ones are repeated. */
  milliseconds: number[];
  /** Bytes: the most that the process has had resident so far. */
  peakMemory: number;
  /** Bytes resident now; and, in an engine of TensorFlow.js, its tensors. */
  memory: { resident: number; tensors?: number; tensorBytes?: number };
  /** Results that must be the same in every engine, such as the loss of the first step. */
  values: Record<string, number>;
  /** max|a - b| / max|b| against float64, if the workload measures it. */
  error?: number;
}
