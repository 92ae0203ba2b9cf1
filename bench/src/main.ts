import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type BenchArguments, parseArguments, USAGE } from './arguments.js';
import { type Contestant, workerCommand } from './contestants.js';
import { describeMachine } from './machine.js';
import { measureRow, type RowResult } from './measure-row.js';
import { reportMemory } from './memory-report.js';
import { installPeers } from './peers/install-peers.js';
import { peersFolder } from './peers/peers-folder.js';
import { systemPythons } from './python.js';
import { createReport, formatHead } from './report.js';
import type { Row } from './row.js';
import { createRows, selectRows } from './rows.js';
import { reportServing } from './serve/report-serving.js';
import { align, formatTable } from './table.js';
import { WorkerProcess } from './worker-process.js';

/** Measurements that stand by themselves, beside the rows. */
const special: readonly string[] = ['memory', 'serve'];

/**
 * Runs the bench command: the table to stdout, progress to stderr.
 *
 * @returns the exit code: 0 measured, 1 a row that failed or engines that did not compute the same, 2 wrong
 * usage.
 */
export async function main(argv: readonly string[]): Promise<number> {
  let args: BenchArguments;
  let rows: Row[];
  try {
    args = parseArguments(argv);
    const all = createRows(args.settings);
    rows = special.includes(args.rows[0] ?? '') ? [] : selectRows(all, args.rows);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  if (args.help) {
    console.log(USAGE);
    return 0;
  }
  if (args.installPeers) {
    const pythons = systemPythons().map(({ command }) => command);
    installPeers({ folder: peersFolder(), pythons, onProgress: console.error });
    if (args.rows.length === 0) return 0;
  }
  if (args.list) {
    console.log(align(rows.map((row) => [row.name, row.ours.engine, row.peers.join(', '), row.what])));
    return 0;
  }
  const start = (contestant: Contestant) => WorkerProcess.start(workerCommand(contestant, args.threads));
  if (args.rows[0] === 'memory') {
    await reportMemory(await start({ engine: args.engine ?? 'ort' }), {
      batch: args.settings.batch,
      steps: args.steps ?? 300,
      print: console.log,
    });
    return 0;
  }
  if (args.rows[0] === 'serve') return serve(args);
  return measure(rows, args, start);
}

async function serve({ rounds, threads, out, json }: BenchArguments): Promise<number> {
  const machine = describeMachine();
  const { cpu, cores, node, load } = machine;
  const print = json ? () => {} : console.log;
  print(`${cpu}, ${cores} cores, Node ${node}, load at the start ${load}; ${threads} threads each\n`);
  const results = await reportServing({ rounds, threads, print, onProgress: console.error });
  const text = `${JSON.stringify({ machine, rounds, threads, results }, null, 2)}\n`;
  if (out !== undefined) {
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, text);
  }
  if (json) process.stdout.write(text);
  return 0;
}

async function measure(
  rows: readonly Row[],
  args: BenchArguments,
  start: (contestant: Contestant) => Promise<WorkerProcess>,
): Promise<number> {
  const machine = describeMachine();
  const results: RowResult[] = [];
  const failures: string[] = [];
  for (const row of rows) {
    const ours = args.engine ? { engine: args.engine } : row.ours;
    const { rounds, peers, compileSeconds } = args;
    try {
      const options = { rounds, peers, start, compileTimeout: 1000 * compileSeconds, onProgress: console.error };
      results.push(await measureRow({ ...row, ours }, options));
    } catch (error) {
      // The other rows are worth their time all the same.
      failures.push(`${row.name}: ${(error as Error).message}`);
    }
  }
  const report = createReport(machine, args, results);
  const json = `${JSON.stringify(report, null, 2)}\n`;
  if (args.out !== undefined) {
    mkdirSync(dirname(args.out), { recursive: true });
    writeFileSync(args.out, json);
  }
  if (args.json) process.stdout.write(json);
  else console.log(`${formatHead(report)}\n\n${formatTable(results)}`);
  failures.push(...results.flatMap((result) => result.differences));
  for (const failure of failures) console.error(failure);
  return failures.length > 0 ? 1 : 0;
}
