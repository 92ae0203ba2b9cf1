import type { RunConfig } from '../records/run-config.js';
import type { CheckpointName, StoredNetwork } from '../run/saved-network.js';

/** An evaluation of the network that is exported. */
export interface ExportedResult {
  split: 'validation' | 'test';
  /** 0 to 1. */
  accuracy: number;
  /** Mean cross-entropy in nats. */
  loss: number;
}

/** A trained network with its description. */
export interface ExportedNetwork {
  stored: StoredNetwork;
  config: RunConfig;
  /** Checkpoint in which it was saved. */
  checkpoint: CheckpointName;
  /** The evaluations at the step that it was saved at. */
  results: readonly ExportedResult[];
}
