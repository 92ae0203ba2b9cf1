import { CliError, type ExitCode, exitCodes } from './errors.js';
import { printError } from './io.js';
import { main } from './main.js';
import { watchStream } from './watch-stream.js';

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
