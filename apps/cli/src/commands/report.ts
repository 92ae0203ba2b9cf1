import { dirname, join, resolve } from 'node:path';
import type { Cifar10 } from '@cifarlab/cifar10';
import { type Command, Option } from 'commander';
import { type RecordedRun, readRuns } from '../curves.js';
import { loadDataset } from '../dataset.js';
import { inputPaths, outputFile } from '../flags.js';
import { type Io, ioOf, printDrawing, printNote, printResult } from '../io.js';
import { isStdout, refuseFolder, requireWritable } from '../output-file.js';
import { inFolder } from '../own-folders.js';
import { inspectModel, type ModelSources } from '../report/inspect-model.js';
import type { ReportedRun } from '../report/run-blocks.js';
import { reportPage, writeReport } from '../report/write-report.js';
import { withRunLock } from '../run-lock.js';
import { addDataOptions, type DataFlags } from './data-options.js';
import { addNetworkEngineOptions, type NetworkFlags, startForNetwork } from './network-engine.js';

interface ReportFlags extends DataFlags, NetworkFlags {
  out?: string;
  predictions: boolean;
  quiet: boolean;
}

/** `report RUN...`: one page about one run, or about several side by side. */
export function addReportCommand(program: Command, io: Io): void {
  const command = program
    .command('report')
    .description('one self-contained HTML page about one or several runs')
    .argument('<run...>', 'folders of runs', inputPaths)
    .addOption(
      new Option(
        '--out <file>',
        'the page, - for stdout (default: report.html in the folder of the only run, else in the current one)',
      ).argParser(outputFile),
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
  const file = flags.out ?? join(runs.length === 1 ? runs[0]!.folder.path : '.', 'report.html');
  if (isStdout(file)) return printDrawing(io, await reportPage(await inspected(runs, flags, io)));
  await refuseFolder(file, join(file, 'report.html'));
  await inFolder(dirname(file), async () => {
    await requireWritable(file);
    await writeInspected(runs, file, flags, io);
  });
  printResult(io, file);
}

async function writeInspected(runs: readonly RecordedRun[], file: string, flags: ReportFlags, io: Io): Promise<void> {
  const reported = await inspected(runs, flags, io);
  const write = () => writeReport(reported, file);
  const home = runs.find(({ folder }) => resolve(folder.path) === dirname(resolve(file)));
  if (home === undefined) await write();
  else await withRunLock(home.folder.path, { command: 'cifarlab report', patienceSeconds: 5 }, write);
}

/** One network after the other: each may take all threads and much memory. */
async function inspected(runs: readonly RecordedRun[], flags: ReportFlags, io: Io): Promise<ReportedRun[]> {
  if (!flags.predictions) return runs.map((run) => ({ ...run, model: undefined }));
  const sources = modelSources(flags, io);
  const reported: ReportedRun[] = [];
  for (const run of runs) {
    const model = await inspectModel(run, sources);
    for (const reason of model.missing) printNote(io, `warning: ${run.curves.name}: ${reason}`);
    if (model.test !== undefined) {
      const { count, accuracy } = model.test.result;
      printNote(
        io,
        `${run.curves.name}: test accuracy ${accuracy.toFixed(4)} over ${count} images at step ${model.step}`,
      );
    }
    reported.push({ ...run, model });
  }
  return reported;
}

function modelSources(flags: ReportFlags, io: Io): ModelSources {
  const datasets = new Map<boolean, Promise<Cifar10>>();
  const started = new Set<boolean>();
  return {
    dataset({ standardize }) {
      const loading = datasets.get(standardize) ?? loadDataset(flags, { standardize }, io);
      datasets.set(standardize, loading);
      return loading;
    },
    async startEngine({ config: { model } }) {
      const inTensorflow = model !== 'mlp-ndarray';
      if (started.has(inTensorflow)) return;
      for (const line of await startForNetwork(model, flags)) printNote(io, line);
      started.add(inTensorflow);
    },
  };
}
