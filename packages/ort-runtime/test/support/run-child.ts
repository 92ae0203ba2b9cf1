import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Outcome of a program. */
export interface Outcome {
  /** Its exit code, or the signal that ended it. */
  readonly end: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of `children` in a process of its own. */
export async function runChild(
  program: string,
  args: readonly string[] = [],
  { environment = {}, flags = [] }: { environment?: NodeJS.ProcessEnv; flags?: readonly string[] } = {},
): Promise<Outcome> {
  const path = fileURLToPath(new URL(`children/${program}`, import.meta.url));
  const child = spawn(process.execPath, [...flags, path, ...args], { env: { ...process.env, ...environment } });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
    });
  }
  const [code, signal] = await once(child, 'close');
  return { end: code ?? signal, ...output };
}
