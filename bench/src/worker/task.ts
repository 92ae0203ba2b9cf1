import type { Parameters } from '../protocol.js';

/** A piece of work that is ready to be measured. */
export interface Task {
  /** Runs the work that is measured. */
  run(): void;
  /** Comes before each run, and is not measured. */
  before?(): void;
  /** Milliseconds that one measurement lasts at least, by repetition; default 0: the work is done once. */
  minimum?: number;
  values?(): Record<string, number>;
  /** max|a - b| / max|b| of the results against float64. */
  error?(): number;
}

/** Prepares a task. @throws UnsupportedError when the engine cannot do it. */
export type Workload = (parameters: Parameters) => Task;

/** Workloads that can be measured on the engines of a family. */
export interface Workloads {
  /** The library that they are made with, and its version if it tells. */
  subject: string;
  workloads: Readonly<Record<string, Workload>>;
  /** TensorFlow.js's own count of live tensors. */
  tensors?(): { tensors: number; tensorBytes: number };
}

/** The engine that a worker measures. */
export interface Engine extends Omit<Workloads, 'subject'> {
  version: string;
  threads: number;
}

/** Returns one number of the parameters. @throws TypeError when it is missing. */
export function numberOf(parameters: Parameters, name: string): number {
  const value = parameters[name];
  if (typeof value !== 'number') throw new TypeError(`Parameter '${name}' is ${value}; a number is needed.`);
  return value;
}
