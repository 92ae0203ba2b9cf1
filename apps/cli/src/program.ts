import { createRequire } from 'node:module';
import { printableLines } from '@cifarlab/internals/printable';
import { Command } from 'commander';
import { addBackendsCommand } from './commands/backends.js';
import { addDataCommand } from './commands/data.js';
import { addEvalCommand } from './commands/eval.js';
import { addExportCommand } from './commands/export.js';
import { addGradcheckCommand } from './commands/gradcheck.js';
import { addPlotCommand } from './commands/plot.js';
import { addPracticalCommand } from './commands/practical.js';
import { addPredictCommand } from './commands/predict.js';
import { addReportCommand } from './commands/report.js';
import { addServeCommand } from './commands/serve.js';
import { addSweepCommand } from './commands/sweep.js';
import { addTrainCommand } from './commands/train.js';
import { addWatchCommand } from './commands/watch.js';
import type { Io } from './terminal/io.js';
import { terminalSize } from './terminal/size.js';
import type { ExitCode } from './words/errors.js';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

/**
 * Builds the command line as a tree of commands.
 *
 * @param exit called by a command that ends with another code than 0 without an error to print.
 */
export function createProgram(io: Io, exit: (code: ExitCode) => void): Command {
  const program = new Command('cifarlab')
    .description('Train, evaluate and inspect neural networks on CIFAR-10.')
    .version(version)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(printableLines(text)),
      writeErr: (text) => io.stderr.write(printableLines(text)),
      getOutHelpWidth: () => terminalSize(io.stdout).columns,
      getErrHelpWidth: () => terminalSize(io.stderr).columns,
      outputError: (text, write) => write(text.replace(/\s*\n\(/, ' (')),
    });
  program.addHelpText(
    'after',
    '\nExit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted, 143 ended by SIGTERM, and so on. Ctrl-C and every other\n' +
      'signal that ends a program make `train` and `sweep` finish the step, save and say how to continue; a second one\n' +
      'ends them at once.',
  );
  addTrainCommand(program, io, exit);
  addEvalCommand(program, io);
  addPredictCommand(program, io);
  addExportCommand(program, io);
  addServeCommand(program, io);
  addDataCommand(program, io);
  addPlotCommand(program, io);
  addReportCommand(program, io);
  addWatchCommand(program, io);
  addGradcheckCommand(program, io, exit);
  addSweepCommand(program, io, exit);
  addPracticalCommand(program, io);
  addBackendsCommand(program, io);
  return program;
}
