import { watchStream } from '@cifarlab/internals/watch-stream';
import { main } from '../main.js';
import { printError } from '../terminal/io.js';
import { CliError, type ExitCode, exitCodes } from '../words/errors.js';

/**
 * Runs one command line on this process's streams. One that fails, on a full disk or a closed terminal, does not stop the
 * command.
 *
 * @returns as `main`; 1 where it would be 0, but the result could not be written to stdout.
 */
export async function runProcess(argv: readonly string[]): Promise<ExitCode> {
  const { stdout, stderr } = process;
  const failureOfStdout = watchStream(stdout);
  watchStream(stderr);
  const io = { stdout, stderr };
  const exitCode = await main(argv, io);
  const failure = await failureOfStdout();
  if (failure === undefined) return exitCode;
  printError(io, new CliError(`the result could not be written to stdout (${failure.message}); send it elsewhere`));
  return exitCode === exitCodes.done ? exitCodes.failed : exitCode;
}
