import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@cifarlab/trainer/node';

/** Seconds that sweeps have run in a folder, those that were killed included up to their latest note. */
export interface WallClock {
  seconds(): number;
  /** Writes the time down. */
  note(): Promise<void>;
}

/** @param out the sweep's folder. */
export async function startWallClock(out: string): Promise<WallClock> {
  const file = join(out, 'wall-seconds');
  const earlier = Number(await readFile(file, 'utf8').catch(() => 0)) || 0;
  const started = performance.now();
  const seconds = () => earlier + (performance.now() - started) / 1000;
  return { seconds, note: () => writeFileAtomic(file, `${seconds()}\n`) };
}
