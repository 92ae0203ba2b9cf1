import { runFolder } from '@cifarlab/trainer/node';
import type { Trial } from '../trials/trial.js';
import type { TrialProgress } from '../trials/trial-runner.js';
import { lastLines } from './last-line.js';

/**
 * Tells where a trial on another machine stands, from the numbers that it writes.
 *
 * @param before where it stood.
 * @returns undefined before its first step.
 */
export async function standing(
  { configuration, files }: Trial,
  before: TrialProgress | undefined,
): Promise<TrialProgress | undefined> {
  const lines = (await lastLines(runFolder(files.run).metrics)).flatMap((line) => numbersOf(line) ?? []);
  const step = lines.at(-1)?.step;
  if (step === undefined) return undefined;
  const evaluation = lines.findLast(({ split }) => split === 'validation');
  const accuracy = evaluation?.accuracy ?? before?.accuracy ?? null;
  return { step, maxSteps: configuration.settings.maxSteps, accuracy, secondsLeft: null };
}

interface Numbers {
  step: number;
  split?: string;
  accuracy: number;
}

/**
 * Reads the numbers of a line; undefined for one that is not whole: the first may be cut off, and the last one be half
 * written.
 */
function numbersOf(line: string): Numbers | undefined {
  try {
    const numbers = JSON.parse(line) as Partial<Numbers> | null;
    const isWhole = Number.isSafeInteger(numbers?.step) && Number.isFinite(numbers?.accuracy);
    return isWhole ? (numbers as Numbers) : undefined;
  } catch {
    return undefined;
  }
}
