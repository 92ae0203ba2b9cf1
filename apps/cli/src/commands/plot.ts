import { join } from 'node:path';
import { forFile } from '@cifarlab/experiment';
import { readRuns, writeCurves, writeEventFiles } from '@cifarlab/experiment/report';
import { terminalCurve } from '@cifarlab/plots/terminal';
import type { Command } from 'commander';
import { inputPaths, outputFolder } from '../flags/values.js';
import { type Io, printDrawing, printResult } from '../terminal/io.js';
import { terminalSize } from '../terminal/size.js';

/** Columns that a curve in text takes at least. */
const narrowest = 24;

interface PlotFlags {
  out?: string;
  tensorboard?: string;
  quiet: boolean;
}

/** Adds `plot RUN...`, which draws the curves of one run, or of several on one chart. */
export function addPlotCommand(program: Command, io: Io): void {
  program
    .command('plot')
    .description('loss and accuracy curves as SVG, PNG and text; several runs share one chart')
    .argument('<run...>', 'folders of runs', inputPaths)
    .option(
      '--out <folder>',
      'where the pictures go (default: the folder of the only run, else the current one)',
      outputFolder,
    )
    .option(
      '--tensorboard <folder>',
      'also write the runs for TensorBoard, each to a folder of its own in this one',
      outputFolder,
    )
    .option('--quiet', 'print the files only', false)
    .action((runs: string[], flags: PlotFlags) => plot(runs, flags, io));
}

async function plot(paths: readonly string[], { out, tensorboard, quiet }: PlotFlags, io: Io): Promise<void> {
  const runs = await readRuns(paths);
  const folder = out ?? (runs.length === 1 ? runs[0]!.folder.path : '.');
  const files = { svg: join(folder, 'curves.svg'), png: join(folder, 'curves.png') };
  await forFile(files.svg, () => writeCurves(runs, files));
  const { columns } = terminalSize(io.stdout);
  if (!quiet && io.stdout.isTTY && columns >= narrowest) {
    const charset = process.env.TERM === 'dumb' ? 'ascii' : 'braille';
    for (const { curves } of runs) {
      const options = { width: Math.min(100, columns), color: io.stdout.hasColors?.() ?? false, charset } as const;
      printDrawing(io, terminalCurve(curves.loss, { ...options, title: `${curves.name}: loss` }));
      printDrawing(io, terminalCurve(curves.accuracy, { ...options, title: `${curves.name}: accuracy`, cut: false }));
    }
  }
  printResult(io, files.svg);
  printResult(io, files.png);
  if (tensorboard !== undefined) for (const file of await writeEventFiles(runs, tensorboard)) printResult(io, file);
}
