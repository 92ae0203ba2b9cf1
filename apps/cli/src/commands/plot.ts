import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { terminalCurve } from '@cifarlab/plots/terminal';
import type { Command } from 'commander';
import { readRuns, writeCurves } from '../curves.js';
import { type Io, printResult } from '../io.js';

interface PlotFlags {
  out?: string;
  quiet: boolean;
}

/** `plot RUN...`: the curves of one run, or of several on one chart. */
export function addPlotCommand(program: Command, io: Io): void {
  program
    .command('plot')
    .description('loss and accuracy curves as SVG, PNG and text; several runs share one chart')
    .argument('<run...>', 'folders of runs')
    .option('--out <folder>', 'where the pictures go (default: the folder of the only run, else the current one)')
    .option('--quiet', 'print the files only', false)
    .action((runs: string[], flags: PlotFlags) => plot(runs, flags, io));
}

async function plot(paths: readonly string[], { out, quiet }: PlotFlags, io: Io): Promise<void> {
  const runs = await readRuns(paths);
  const folder = out ?? (runs.length === 1 ? runs[0]!.folder.path : '.');
  await mkdir(folder, { recursive: true });
  const files = { svg: join(folder, 'curves.svg'), png: join(folder, 'curves.png') };
  await writeCurves(runs, files);
  if (!quiet && io.stdout.isTTY) {
    for (const { curves } of runs) {
      const options = { width: Math.min(100, Math.max(24, io.stdout.columns ?? 72)), color: true };
      printResult(io, terminalCurve(curves.loss, { ...options, title: `${curves.name}: loss` }));
      printResult(io, terminalCurve(curves.accuracy, { ...options, title: `${curves.name}: accuracy` }));
    }
  }
  printResult(io, files.svg);
  printResult(io, files.png);
}
