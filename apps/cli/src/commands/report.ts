import { join } from 'node:path';
import { forFile, refuseFolder } from '@cifarlab/experiment';
import { defaultReportFile, type ReportEvent, readRuns, reportPage, writeReport } from '@cifarlab/experiment/report';
import type { Command } from 'commander';
import { addDataOptions, type DataFlags, dataChoice } from '../flags/data-options.js';
import { addNetworkEngineOptions, type EngineFlags, engineChoice } from '../flags/engine-options.js';
import { inputPaths, outputFile } from '../flags/values.js';
import { type Io, ioOf, printDrawing, printNote, printResult } from '../terminal/io.js';
import { newsPrinter } from '../words/news.js';
import { reportWords } from '../words/report-words.js';

interface ReportFlags extends DataFlags, EngineFlags {
  out?: string;
  predictions: boolean;
  quiet: boolean;
}

/** Names of stdout: `-` by custom, the others by the system, where a regular file behind them would be replaced. */
const stdoutNames = ['-', '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'];

/** Adds `report RUN...`, which writes one page about one run, or about several side by side. */
export function addReportCommand(program: Command, io: Io): void {
  const command = program
    .command('report')
    .description('one self-contained HTML page about one or several runs')
    .argument('<run...>', 'folders of runs', inputPaths)
    .option(
      '--out <file>',
      'the page, - for stdout (default: report.html in the folder of the only run, else in the current one)',
      outputFile,
    )
    .option('--no-predictions', 'leave out what needs the network: confusion matrix, predictions, filters');
  addNetworkEngineOptions(command);
  addDataOptions(command);
  command
    .option('--quiet', "print the page's place only", false)
    .action((runs: string[], flags: ReportFlags) => report(runs, flags, ioOf(io, flags)));
}

async function report(paths: readonly string[], flags: ReportFlags, io: Io): Promise<void> {
  const runs = await readRuns(paths);
  const file = flags.out ?? defaultReportFile(runs);
  const options = {
    predictions: flags.predictions,
    data: dataChoice(flags),
    engine: engineChoice(flags),
    words: reportWords,
    command: 'cifarlab report',
    onEvent: eventPrinter(io),
  };
  if (stdoutNames.includes(file)) return printDrawing(io, await reportPage(runs, options));
  await refuseFolder(file, join(file, 'report.html'));
  printResult(io, await forFile(file, () => writeReport(runs, { ...options, out: file })));
}

function eventPrinter(io: Io): (event: ReportEvent) => void {
  const printNews = newsPrinter(io);
  return (event) => {
    if (event.type !== 'inspected') return printNews(event);
    const { name } = event.run.curves;
    const { missing, step, test } = event.findings;
    for (const reason of missing) printNote(io, `warning: ${name}: ${reason}`);
    if (test === undefined) return;
    const { count, accuracy } = test.result;
    printNote(io, `${name}: test accuracy ${accuracy.toFixed(4)} over ${count} images at step ${step}`);
  };
}
