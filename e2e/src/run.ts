import { spawn } from 'node:child_process';

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Longest time of a command, in milliseconds, before it is ended. */
const limit = 1_740_000;

/**
 * Runs a command and keeps what it prints.
 *
 * @param env is added to the environment of this process.
 */
export function run(command: readonly string[], cwd: string, env: Record<string, string> = {}): Promise<Outcome> {
  // npm and npx are script files on Windows, which start through the shell only.
  const shell = process.platform === 'win32' && ['npm', 'npx'].includes(command[0]!);
  const [file, ...args] = shell ? ['cmd.exe', '/d', '/s', '/c', ...command] : command;
  return new Promise((resolve, reject) => {
    const child = spawn(file!, args, {
      cwd,
      // pnpm names the repository's own node_modules in NODE_PATH: there a consumer would find what it has not installed.
      env: { ...process.env, NODE_PATH: '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: limit,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Runs a command that has to succeed. @throws Error with all that it printed when it does not. */
export async function succeed(
  command: readonly string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<Outcome> {
  const outcome = await run(command, cwd, env);
  if (outcome.code === 0) return outcome;
  throw new Error(`${command.join(' ')} ended with ${outcome.code}:\n${outcome.stderr}\n${outcome.stdout}`);
}
