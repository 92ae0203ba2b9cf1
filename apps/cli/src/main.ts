import { CommanderError } from 'commander';
import { dashFlags } from './flags/values.js';
import { createProgram } from './program.js';
import { type Io, printFailure } from './terminal/io.js';
import { type ExitCode, exitCodes } from './words/errors.js';

/**
 * Runs one command line.
 *
 * @param argv the arguments after the program's name.
 * @returns 0 done, 1 failed, 2 wrong usage, 128 plus the number of the signal that interrupted it.
 */
export async function main(argv: readonly string[], io: Io): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done;
  const program = createProgram(io, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(dashFlags(argv), { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has printed its own message; help and version count as done.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    return printFailure(io, error);
  }
}
