import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { passSignals, passSignalsToGroup } from './pass-signals.mjs';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const { packageManager, engines } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));

/** Ends the process with one line when this Node is older than `engines` asks for. */
export function requireNode() {
  const minimum = engines.node.replace('>=', '').split('.').map(Number);
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > minimum[0] || (major === minimum[0] && minor >= minimum[1])) return;
  console.error(`Node ${process.versions.node} is too old: cifarlab needs Node ${minimum.join('.')} or newer.`);
  process.exit(1);
}

/** Exit code of a step that a signal ended, as for the command line. */
export const INTERRUPTED = 130;

/**
 * Runs a command from the root of the repository. A signal that asks this process to end goes to the command; this process
 * waits for it.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ quiet?: boolean, env?: Record<string, string>, tool?: boolean }} [options] `quiet` keeps the output back unless
 *   the command fails; `env` is added to the environment; a `tool` starts processes that end with it, and has nothing to
 *   save.
 * @returns {Promise<number>} its exit code; 130 after a signal to this process; 1 for a command that was killed.
 */
export function run(command, args, { quiet = false, env = {}, tool = false } = {}) {
  return new Promise((resolve, reject) => {
    const ownGroup = tool && process.platform !== 'win32';
    const child = spawn(command, args, {
      cwd: root,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', ...env },
      detached: ownGroup,
    });
    const stopPassing = ownGroup ? passSignalsToGroup(child) : passSignals(child);
    const output = [];
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) => {
      stopPassing();
      reject(error);
    });
    child.on('close', async (code) => {
      const interrupted = await stopPassing();
      if (quiet && code !== 0 && !interrupted) process.stderr.write(Buffer.concat(output));
      resolve(interrupted ? INTERRUPTED : (code ?? 1));
    });
  });
}

/**
 * Runs pnpm in the version that `packageManager` pins, fetched through npm: nothing needs to be installed before.
 *
 * @param {string[]} args
 * @param {{ quiet?: boolean, env?: Record<string, string> }} [options]
 */
export function pnpm(args, options) {
  const manager = process.env.npm_execpath;
  const start = (command, words) => run(command, words, { ...options, tool: true });
  if (manager && basename(manager).startsWith('pnpm')) return start(process.execPath, [manager, ...args]);
  // Once it is in npm's cache, pnpm starts without asking the registry again.
  const exec = ['--yes', '--prefer-offline', '--', packageManager, ...args];
  if (manager) return start(process.execPath, [manager, 'exec', ...exec]);
  // `npx` is a script file, which Windows starts through its shell only.
  const [command, prefix] = process.platform === 'win32' ? ['cmd.exe', ['/d', '/s', '/c', 'npx']] : ['npx', []];
  return start(command, [...prefix, ...exec]);
}

/** Installs what the lock file names; nothing is fetched when that is already here. */
export function install(options) {
  return pnpm(['install', '--frozen-lockfile', '--prefer-offline'], options);
}

/**
 * Builds what has changed since the last build.
 *
 * @param {{ quiet?: boolean, types?: boolean }} [options] `types` makes the declarations too, which no program reads.
 */
export function build({ types = false, ...options } = {}) {
  const tasks = types ? ['build', '//#build:types'] : ['build'];
  return pnpm(['exec', 'turbo', 'run', ...tasks, '--output-logs=errors-only', '--concurrency=100%'], options);
}

/** Ends the process when a step failed. */
export async function orExit(step) {
  const code = await step;
  if (code !== 0) process.exit(code);
}
