import { cpus, loadavg, release, totalmem, type } from 'node:os';

/** Where measurements were taken. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGiB: number;
  system: string;
  node: string;
  /** Processes that were busy at the start, on average over a minute: near 0 on a quiet machine. */
  load: number;
}

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown processor',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    load: Math.round(100 * loadavg()[0]!) / 100,
  };
}
