import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { readBytes } from '@cifarlab/experiment/records';
import { requireFile, writeFileAtomic } from '@cifarlab/trainer/node';
import { CliError, describeError } from '../errors.js';

const interval = 10_000;

/** Measures how long sweeps have run in a folder, one after the other; of one that was killed up to its last seconds. */
export interface WallClock {
  seconds(): number;
  stop(): Promise<void>;
}

/**
 * @param out the sweep's folder.
 * @throws CliError when the note is not a file that can be read.
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
    throw new CliError(`${file} cannot be read (${describeError(error)}); remove it`, { cause: error });
  }
}
