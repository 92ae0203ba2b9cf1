import type { EngineFamily, EngineName, EngineSpeed } from '../engine.js';

/** Request to find out about an engine, in a form that processes can pass on to each other: JSON alone. */
export interface ProbeRequest {
  family: EngineFamily;
  name: EngineName;
  /** The folder whose installed packages the engine may come from. */
  folder: string;
  /** How long each measurement takes; 0 measures nothing. */
  seconds: number;
  /** Threads to compute with; as many as the engine chooses itself when left out. */
  threads?: number | undefined;
}

/** How an engine does here. */
export type Probe =
  | {
      available: true;
      /** The software that computes, with its version. */
      version: string;
      /** Threads that compute; null if the engine does not tell. */
      threads: number | null;
      /** GFLOP/s of a matrix product; null: not measured. */
      product: EngineSpeed['product'] | null;
      /** GFLOP/s of a 3x3 convolution; null: not measured, or a family without convolutions. */
      convolution: EngineSpeed['convolution'];
    }
  | {
      available: false;
      /** Why it cannot be used here, and what turns it on. */
      reason: string;
    };
