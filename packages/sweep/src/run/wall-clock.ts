import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { readBytes } from '@cifarlab/experiment/records';
import { requireFile, writeFileAtomic } from '@cifarlab/trainer/node';
import { SweepError } from '../sweep-error.js';

const interval = 10_000;

/** Measures how long sweeps have run in a folder, one after the other; of one that was killed up to its last seconds. */
export interface WallClock {
  seconds(): number;
  stop(): Promise<void>;
}

/**
 * Starts measuring, on top of the time measured before.
 *
 * @param out the sweep's folder.
 * @throws SweepError, `damaged`, when the note is not a file that can be read.
 */
export async function startWallClock(out: string): Promise<WallClock> {
  const file = join(out, 'wall-seconds');
  const noted = Number(await readNote(file));
  const earlier = noted > 0 && Number.isFinite(noted) ? noted : 0;
  const started = performance.now();
  const seconds = () => earlier + (performance.now() - started) / 1000;
  // Without trials there is nothing to note, and a sweep does not fail for its note, on a full disk for example.
  const note = () =>
    access(join(out, 'trials'))
      .then(() => writeFileAtomic(file, `${seconds()}\n`))
      .catch(() => {});
  const timer = setInterval(() => void note(), interval);
  return {
    seconds,
    stop() {
      clearInterval(timer);
      return note();
    },
  };
}

async function readNote(file: string): Promise<string> {
  try {
    await requireFile(file);
    return Buffer.from((await readBytes(file, 100)) ?? []).toString('utf8');
  } catch (error) {
    throw new SweepError(
      { code: 'damaged', place: file, rule: `cannot be read (${(error as Error).message})`, remedy: 'remove it' },
      { cause: error },
    );
  }
}
