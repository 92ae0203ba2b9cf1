import { nonNegativeNumber } from '@cifarlab/experiment';
import { type Command, Option } from 'commander';
import { type Backend, backends, type Probe, type ProbeOptions } from '../backends/backend.js';
import { probeInChild } from '../backends/probe-in-child.js';
import { threadCount, valueBy } from '../flags.js';
import { type Io, ioOf, printNote, printResult } from '../io.js';
import { describeMachine, type Machine } from '../machine.js';

interface BackendsFlags {
  seconds: number;
  threads?: number;
  json: boolean;
  quiet: boolean;
}

type Found = Backend & Probe;

const titles: Record<Backend['library'], string> = {
  'tensorflow.js': 'TensorFlow.js (float32)',
  ndarray: 'matrix products of mlp-ndarray (float64)',
};

/** `backends`: what computes here, how fast, and what would turn on the rest. */
export function addBackendsCommand(program: Command, io: Io): void {
  program
    .command('backends')
    .description('engines for --backend: which work here and how fast, and what turns on the others')
    .addOption(
      new Option('--seconds <s>', 'length of each measurement; 0 measures nothing')
        .default(1)
        .argParser(valueBy(nonNegativeNumber)),
    )
    .addOption(
      new Option('--threads <n>', 'threads to compute with (default: what each chooses)').argParser(threadCount),
    )
    .option('--json', 'print the result as one JSON object', false)
    .option('--quiet', 'print the result only', false)
    .action((flags: BackendsFlags) => showBackends(flags, ioOf(io, flags)));
}

async function showBackends({ seconds, threads, json }: BackendsFlags, io: Io): Promise<void> {
  const options: ProbeOptions = { folder: process.cwd(), seconds, ...(threads !== undefined && { threads }) };
  const found: Found[] = [];
  // One after the other: they would take each other's processors.
  for (const backend of backends) {
    printNote(io, `trying ${backend.name} for ${titles[backend.library]} …`);
    found.push({ ...backend, ...(await probeInChild(backend, options)) });
  }
  const machine = describeMachine();
  if (json) printResult(io, JSON.stringify({ node: process.versions.node, machine, backends: found }));
  else for (const line of table(found, machine)) printResult(io, line);
}

function table(found: readonly Found[], { cpu, cores }: Machine): string[] {
  const lines = [`${cpu}, ${cores} cores, Node ${process.versions.node}`];
  const version = Math.max(...found.map((backend) => (backend.available ? backend.version.length : 0)));
  for (const [library, title] of Object.entries(titles)) {
    lines.push('', title);
    const measured = library === 'ndarray' ? ['product'] : ['product', '3x3 convolution'];
    lines.push(row('--backend', 'version'.padEnd(version), 'threads', ...measured));
    for (const backend of found) {
      if (backend.library !== library) continue;
      if (!backend.available) {
        lines.push(row(backend.name, `no: ${backend.reason}`));
        continue;
      }
      const { threads, product, convolution } = backend;
      const rates = [product, convolution].slice(0, measured.length);
      const speeds = rates.map((rate) => (rate === null ? '-' : `${rate.toPrecision(3)} GFLOP/s`));
      lines.push(row(backend.name, backend.version.padEnd(version), String(threads ?? '-'), ...speeds));
    }
  }
  return lines;
}

function row(name: string, ...columns: string[]): string {
  const [version = '', threads, ...speeds] = columns;
  const rest = [...(threads === undefined ? [] : [threads.padStart(7)]), ...speeds.map((speed) => speed.padStart(15))];
  return `  ${name.padEnd(13)}  ${[version, ...rest].join('  ')}`;
}
