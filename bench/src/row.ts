import type { Contestant } from './contestants.js';
import type { EngineName, Parameters } from './protocol.js';

/** One line of the table: a piece of work, who does it, and how often it is measured. */
export interface Row {
  /** Name on the command line; a prefix up to a slash names all rows below it. */
  name: string;
  what: string;
  /** The workload's name in the workers. */
  run: string;
  parameters: Parameters;
  ours: Contestant;
  peers: readonly EngineName[];
  /** Whether PyTorch runs it compiled, too: networks, but not single ops. */
  compiles?: boolean;
  /** Measurements per round. */
  iterations: number;
  /** Measurements before the first round, which do not count. */
  warmup: number;
  /** Amount of work in one measurement, for a rate. */
  work?: { amount: number; unit: 'GFLOP' | 'images' };
  /** How much the values of two engines may differ, relative to the larger. */
  tolerance: number;
}
