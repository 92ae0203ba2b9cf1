import { join } from 'node:path';

/** The places in a run's folder. */
export interface RunFolder {
  /** The folder itself. */
  path: string;
  /** `config.json`: the settings of the run. */
  config: string;
  /** `metrics.jsonl`: its numbers, see MetricsFile. */
  metrics: string;
  /** `checkpoints/last`: the latest checkpoint. */
  last: string;
  /** `checkpoints/best`: the best one on the validation split; there only when there is such a split. */
  best: string;
  /** `run.lock`: there while a process writes into the folder, see acquireLock. */
  lock: string;
}

/**
 * Returns the places in a run's folder. Nothing is made or read.
 *
 * @param path the run's folder.
 */
export function runFolder(path: string): RunFolder {
  return {
    path,
    config: join(path, 'config.json'),
    metrics: join(path, 'metrics.jsonl'),
    last: join(path, 'checkpoints', 'last'),
    best: join(path, 'checkpoints', 'best'),
    lock: join(path, 'run.lock'),
  };
}
