import { printable } from '@cifarlab/internals/printable';
import { describeError, type ExitCode, exitCodeOf } from '../words/errors.js';

/** A stream that text goes to; a terminal says so, and how large it is. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  /** Whether colours are welcome: `NO_COLOR`, `FORCE_COLOR` and `TERM` count. */
  hasColors?(): boolean;
}

/** Streams for a command's output: results go to stdout, everything else to stderr. */
export interface Io {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
}

/** Returns the streams for a command; a quiet one prints only its result. */
export function ioOf(io: Io, { quiet }: { quiet: boolean }): Io {
  return quiet ? { ...io, stderr: { write() {} } } : io;
}

/** Prints one line of a command's result; control sequences of a terminal are escaped. */
export function printResult(io: Io, line: string): void {
  io.stdout.write(`${printable(line)}\n`);
}

/** Prints a text or a page that is made for where it goes: nothing in it is escaped. */
export function printDrawing(io: Io, text: string): void {
  io.stdout.write(`${text.replace(/\n$/, '')}\n`);
}

/** Prints one line about the work in progress, escaped like a result. */
export function printNote(io: Io, line: string): void {
  io.stderr.write(`${printable(line)}\n`);
}

/** Prints why a command failed, as one line. */
export function printError(io: Io, error: unknown): void {
  printNote(io, `error: ${describeError(error)}`);
}

/** Prints why a command failed, as one line; with CIFARLAB_DEBUG, where it was thrown too. @returns its exit code. */
export function printFailure(io: Io, error: unknown): ExitCode {
  printError(io, error);
  if (process.env.CIFARLAB_DEBUG && error instanceof Error) {
    for (const line of String(error.stack).split('\n')) printNote(io, line);
  }
  return exitCodeOf(error);
}
