import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadCheckpoint, readMetrics, runFolder } from '../../src/node.js';

export interface Child {
  process: ChildProcessWithoutNullStreams;
  /** Returns everything that it has written so far. */
  output(): string;
  /** Exit code, or the signal that ended it. */
  end: Promise<number | NodeJS.Signals>;
}

/** Runs the program that `buildChild` made. */
export function start(program: string, ...args: string[]): Child {
  return startWith({}, program, ...args);
}

/** Runs it with some more variables in its environment. */
export function startWith(env: Record<string, string>, program: string, ...args: string[]): Child {
  const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const end = once(child, 'close').then(([code, signal]) => code ?? signal);
  return { process: child, output: () => output, end };
}

/** Waits until the condition holds; fails when the child ends before. */
export async function until(child: Child, condition: () => boolean | Promise<boolean>): Promise<void> {
  let ended = false;
  void child.end.then(() => {
    ended = true;
  });
  while (!(await condition())) {
    if (ended) throw new Error(`The process ended too early: ${child.output()}`);
    await sleep(1);
  }
}

/** Returns the last step in the metrics file, 0 for none. */
export const lastStep = async (run: string) => {
  const lines = await readMetrics(runFolder(run).metrics).catch(() => []);
  return lines.at(-1)?.step ?? 0;
};

/** Returns everything that must be the same in the end: the metrics to the byte, and both checkpoints. */
export async function contentOf(run: string) {
  const paths = runFolder(run);
  const files = async (path: string) => (await readdir(path)).sort();
  return {
    metrics: await readFile(paths.metrics, 'utf8'),
    last: await loadCheckpoint(paths.last),
    best: await loadCheckpoint(paths.best),
    files: [await files(run), await files(paths.last), await files(paths.best)],
  };
}
