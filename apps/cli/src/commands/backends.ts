import { type EngineFamily, surveyEngines, surveyTable } from '@cifarlab/engines';
import { describeMachine, nonNegativeNumber } from '@cifarlab/experiment';
import type { Command } from 'commander';
import { addPrintOptions, type PrintFlags, ruled } from '../flags/options.js';
import { threadCount } from '../flags/values.js';
import { type Io, ioOf, printNote, printResult } from '../terminal/io.js';

interface BackendsFlags extends PrintFlags {
  seconds: number;
  threads?: number;
}

const titles: Record<EngineFamily, string> = {
  'tensorflow.js': 'TensorFlow.js (float32)',
  ndarray: 'matrix products of mlp-ndarray (float64)',
};

const families = Object.keys(titles) as EngineFamily[];

/** Adds `backends`, which lists the engines that work here, their speeds, and the steps that turn on the others. */
export function addBackendsCommand(program: Command, io: Io): void {
  const command = program
    .command('backends')
    .description('engines for --backend: which work here and how fast, and what turns on the others')
    .addOption(ruled('--seconds <s>', 'length of each measurement; 0 measures nothing', nonNegativeNumber).default(1))
    .option('--threads <n>', 'threads to compute with (default: what each chooses)', threadCount);
  addPrintOptions(command).action((flags: BackendsFlags) => showBackends(flags, ioOf(io, flags)));
}

async function showBackends({ seconds, threads, json }: BackendsFlags, io: Io): Promise<void> {
  const found = await surveyEngines({
    seconds,
    threads,
    onTry: ({ family, name }) => printNote(io, `trying ${name} for ${titles[family]} …`),
  });
  const machine = describeMachine();
  if (json) {
    const backends = found.map(({ family, ...finding }) => ({ library: family, ...finding }));
    return printResult(io, JSON.stringify({ node: process.versions.node, machine, backends }));
  }
  printResult(io, `${machine.cpu}, ${machine.cores} cores, Node ${process.versions.node}`);
  for (const family of families) {
    for (const line of ['', titles[family], ...surveyTable(found, family, '--backend')]) printResult(io, line);
  }
}
