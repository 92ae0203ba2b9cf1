import { constants } from 'node:os';

/**
 * Returns the exit code of a process that a signal has ended in good order: 128 plus its number, as shells report it; 130
 * for SIGINT, 143 for SIGTERM. On Windows, whose signals have no numbers that anybody knows, it is 130.
 */
export function signalExitCode(signal: NodeJS.Signals): number {
  return 128 + (process.platform === 'win32' ? constants.signals.SIGINT : constants.signals[signal]);
}
