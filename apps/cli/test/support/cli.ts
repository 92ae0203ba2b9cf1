import { type StdioOptions, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { miniDataset } from '../../../../packages/experiment/test/support/workspace.js';
import { main } from '../../src/main.js';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export const bin = path('../../dist/bin.js');

/** Flags that make the mini dataset usable. */
export const miniFlags = ['--data-dir', miniDataset, '--allow-unverified', '--batch-size', '60'];

/** Outcome of a command line. */
export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs one command line in this process. */
export async function callCli(...args: string[]): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  const code = await main(args, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { code, stdout, stderr };
}

/** Starts the built program in a process of its own. */
export function spawnCli(
  args: readonly string[],
  {
    command = [process.execPath, bin],
    uid,
    cwd,
    env,
    stdio = ['ignore', 'pipe', 'pipe'],
  }: {
    command?: readonly string[];
    uid?: number;
    cwd?: string;
    /** Variables beside those of this process. */
    env?: Readonly<Record<string, string>>;
    stdio?: StdioOptions;
  } = {},
) {
  const [file, ...first] = command as [string, ...string[]];
  const child = spawn(file, [...first, ...args], {
    stdio,
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env: { ...process.env, ...env } }),
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Outcome & { signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, ended };
}
