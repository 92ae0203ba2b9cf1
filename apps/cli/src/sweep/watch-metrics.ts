import { type FileHandle, open } from 'node:fs/promises';
import { runFolder } from '@cifarlab/trainer/node';
import type { TrialProgress } from './trial-runner.js';

const interval = 1000;
/** Bytes at the end of the file that are read: some dozen lines. */
const tail = 16_384;

/**
 * Follows a run by the numbers that it writes.
 *
 * @param run the run's folder, which need not be there yet.
 */
export function watchMetrics(
  run: string,
  maxSteps: number,
  onProgress: (progress: TrialProgress) => void,
): { stop(): void } {
  const file = runFolder(run).metrics;
  let first: { step: number; time: number } | undefined;
  let accuracy: number | null = null;
  let stopped = false;
  const look = async () => {
    const lines = await lastLines(file);
    const step = lines.findLast(({ event }) => event === 'train')?.step;
    if (step === undefined || stopped) return;
    accuracy = lines.findLast(({ split }) => split === 'validation')?.accuracy ?? accuracy;
    const time = performance.now();
    first ??= { step, time };
    const pace = step > first.step ? (time - first.time) / 1000 / (step - first.step) : null;
    onProgress({ step, maxSteps, accuracy, secondsLeft: pace === null ? null : pace * (maxSteps - step) });
  };
  const timer = setInterval(() => void look(), interval);
  return {
    stop() {
      stopped = true;
      clearInterval(timer);
    },
  };
}

interface Line {
  event: string;
  split?: string;
  step: number;
  accuracy: number;
}

async function lastLines(file: string): Promise<Line[]> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    const { size } = await handle.stat();
    const start = Math.max(0, size - tail);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(tail), 0, tail, start);
    const lines = buffer.subarray(0, bytesRead).toString('utf8').split('\n');
    // The first line may be cut, and the last one is not written yet.
    return lines.slice(start === 0 ? 0 : 1, -1).map((line) => JSON.parse(line) as Line);
  } catch {
    // Not there yet, or just being replaced: next time.
    return [];
  } finally {
    await handle?.close();
  }
}
