import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A server in a process of its own. */
export interface Server {
  /** Address to send pictures to. */
  address: string;
  /** Ends it. */
  close(): Promise<void>;
}

/** Starts a program of this package, which prints its address in a line. @throws Error with what it said instead. */
export async function startServer(program: 'serve-ours' | 'serve-plain', args: readonly string[]): Promise<Server> {
  const file = fileURLToPath(new URL(`${program}.js`, import.meta.url));
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-2000);
  });
  for await (const address of createInterface({ input: child.stdout })) return { address, close: () => end(child) };
  throw new Error(`${program} did not start: ${stderr}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
