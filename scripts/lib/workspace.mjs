import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

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

/**
 * Runs a command from the root of the repository.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ quiet?: boolean, env?: Record<string, string> }} [options] `quiet` keeps the output back unless the command
 *   fails; `env` is added to the environment.
 * @returns {Promise<number>} its exit code; 128 plus the signal's number counts as 1.
 */
export function run(command, args, { quiet = false, env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', ...env },
    });
    const output = [];
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (quiet && code !== 0) process.stderr.write(Buffer.concat(output));
      resolve(code ?? 1);
    });
  });
}

/**
 * Runs pnpm in the version that `packageManager` pins, fetched through npm: nothing needs to be installed before.
 *
 * @param {string[]} args
 * @param {{ quiet?: boolean }} [options]
 */
export function pnpm(args, options) {
  const tool = process.env.npm_execpath;
  if (tool && basename(tool).startsWith('pnpm')) return run(process.execPath, [tool, ...args], options);
  // Once it is in npm's cache, pnpm starts without asking the registry again.
  const exec = ['--yes', '--prefer-offline', '--', packageManager, ...args];
  if (tool) return run(process.execPath, [tool, 'exec', ...exec], options);
  // `npx` is a script file, which Windows starts through its shell only.
  const [command, prefix] = process.platform === 'win32' ? ['cmd.exe', ['/d', '/s', '/c', 'npx']] : ['npx', []];
  return run(command, [...prefix, ...exec], options);
}

/** Installs what the lock file names; nothing is fetched when that is already here. */
export function install(options) {
  return pnpm(['install', '--frozen-lockfile', '--prefer-offline'], options);
}

/** Builds what has changed since the last build. */
export function build(options) {
  return pnpm(['exec', 'turbo', 'run', 'build', '--output-logs=errors-only'], options);
}

/** Ends the process when a step failed. */
export async function orExit(step) {
  const code = await step;
  if (code !== 0) process.exit(code);
}
