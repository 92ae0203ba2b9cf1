import { Cifar10Error } from '@cifarlab/cifar10';
import { EngineError } from '@cifarlab/engines';
import { RunError, type RunErrorCode, SettingError } from '@cifarlab/experiment';
import { describeSystemError } from '@cifarlab/internals/system-errors';
import { SweepError, type SweepErrorCode } from '@cifarlab/sweep';
import { describeFailure } from './engine-failure.js';
import { flagWords } from './flag-words.js';

/** A command line that cannot be carried out as it is written: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A request that was understood but could not be carried out: exit code 1. */
export class CliError extends Error {
  override readonly name = 'CliError';
}

/** Exit codes; after a signal the code is 128 plus the signal's number: `signalExitCode`. */
export const exitCodes = { done: 0, failed: 1, usage: 2 } as const;

export type ExitCode = number;

/** Codes of a run's errors that the command line caused. */
const usageCodes: readonly RunErrorCode[] = [
  'folder-filled',
  'file-there',
  'no-export',
  'other-network',
  'steps-done',
  'empty-split',
  'no-mirror',
  'no-such-engine',
  'unknown-network',
];

/** Codes of a sweep's errors that the command line caused. */
const sweepUsageCodes: readonly SweepErrorCode[] = ['file', 'plan', 'cores', 'task', 'slurm-flag'];

/**
 * Returns the exit code of a command that ends with this error: 2 when it is the command line that is at fault, else 1.
 */
export function exitCodeOf(error: unknown): ExitCode {
  const isUsage =
    error instanceof UsageError ||
    error instanceof SettingError ||
    (error instanceof RunError && usageCodes.includes(error.code)) ||
    (error instanceof SweepError && sweepUsageCodes.includes(error.code)) ||
    (error instanceof EngineError && error.code !== 'UNAVAILABLE') ||
    (error instanceof Cifar10Error && error.code === 'EMPTY_PATH');
  return isUsage ? exitCodes.usage : exitCodes.failed;
}

/** Returns one line for a person: what happened and what to do, never a stack trace. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  if (error instanceof SettingError || error instanceof RunError || error instanceof SweepError) {
    return oneLine(error.spelt(flagWords));
  }
  if (error instanceof EngineError) return oneLine(describeFailure(error));
  // The package names its option where a person at the command line needs the flag.
  if (error instanceof Cifar10Error) return oneLine(error.message.replace('allowUnverified', '--allow-unverified'));
  return oneLine(describeSystemError(error, 'choose another folder with --out') ?? error.message);
}

function oneLine(message: string): string {
  return message.replace(/\s*\n\s*/g, ' ').trim();
}
