import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@cifarlab/trainer/node';

const interval = 10_000;

/** Measures how long sweeps have run in a folder, one after the other; of one that was killed up to its last seconds. */
export interface WallClock {
  seconds(): number;
  stop(): Promise<void>;
}

/** Starts measuring, on top of what was measured before. @param out the sweep's folder. */
export async function startWallClock(out: string): Promise<WallClock> {
  const file = join(out, 'wall-seconds');
  const noted = Number(await readFile(file, 'utf8').catch(() => 0));
  const earlier = noted > 0 && Number.isFinite(noted) ? noted : 0;
  const started = performance.now();
  const seconds = () => earlier + (performance.now() - started) / 1000;
  const note = () => writeFileAtomic(file, `${seconds()}\n`);
  // A note that cannot be written, on a full disk say, is no reason to end a sweep.
  const timer = setInterval(() => void note().catch(() => {}), interval);
  return {
    seconds,
    stop() {
      clearInterval(timer);
      return note();
    },
  };
}
