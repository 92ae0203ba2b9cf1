import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { readRun, writeReport } from '../curves.js';
import { type Io, printResult } from '../io.js';

/** `report RUN...`: one page about one run, or about several side by side. */
export function addReportCommand(program: Command, io: Io): void {
  program
    .command('report')
    .description('one self-contained HTML page about one or several runs')
    .argument('<run...>', 'folders of runs')
    .option('--out <file>', 'the page (default: report.html in the folder of the only run, else in the current one)')
    .action((runs: string[], flags: { out?: string }) => report(runs, flags, io));
}

async function report(paths: readonly string[], { out }: { out?: string }, io: Io): Promise<void> {
  const runs = await Promise.all(paths.map(readRun));
  const file = out ?? join(runs.length === 1 ? runs[0]!.folder.path : '.', 'report.html');
  await mkdir(dirname(file), { recursive: true });
  await writeReport(runs, file);
  printResult(io, file);
}
