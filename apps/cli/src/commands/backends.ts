import { type EngineFamily, type EngineFinding, surveyEngines } from '@cifarlab/engines';
import { describeMachine, type Machine, nonNegativeNumber } from '@cifarlab/experiment';
import { type Command, Option } from 'commander';
import { threadCount, valueBy } from '../flags.js';
import { type Io, ioOf, printNote, printResult } from '../io.js';

interface BackendsFlags {
  seconds: number;
  threads?: number;
  json: boolean;
  quiet: boolean;
}

const titles: Record<EngineFamily, string> = {
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
  const found = await surveyEngines({
    folder: process.cwd(),
    seconds,
    threads,
    onTry: ({ family, name }) => printNote(io, `trying ${name} for ${titles[family]} …`),
  });
  const machine = describeMachine();
  if (json) {
    const backends = found.map(({ family, ...finding }) => ({ library: family, ...finding }));
    printResult(io, JSON.stringify({ node: process.versions.node, machine, backends }));
  } else for (const line of table(found, machine)) printResult(io, line);
}

function table(found: readonly EngineFinding[], { cpu, cores }: Machine): string[] {
  const lines = [`${cpu}, ${cores} cores, Node ${process.versions.node}`];
  const version = Math.max(...found.map((backend) => (backend.available ? backend.version.length : 0)));
  for (const [family, title] of Object.entries(titles)) {
    lines.push('', title);
    const measured = family === 'ndarray' ? ['product'] : ['product', '3x3 convolution'];
    lines.push(row('--backend', 'version'.padEnd(version), 'threads', ...measured));
    for (const backend of found) {
      if (backend.family !== family) continue;
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
