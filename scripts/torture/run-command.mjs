import { spawn } from 'node:child_process';

/** @typedef {{ code: number | null, signal: string | null, stdout: string, stderr: string, late: boolean }} Outcome */

/** Characters of a command's output that are kept, give or take its last piece. */
const MOST_OUTPUT = 2 ** 20;

/**
 * Runs a command to its end, or kills it when it takes too long.
 *
 * @param {string[]} command file and arguments.
 * @param {{ cwd: string, env?: object, seconds?: number, stdio?: unknown[], onStart?: (child: import('node:child_process').ChildProcess) => unknown }} options
 * @returns {Promise<Outcome>} `late` when it had to be killed.
 */
export function runCommand([file, ...args], { cwd, env = {}, seconds = 120, stdio, onStart }) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd,
      stdio: stdio ?? ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '', CIFARLAB_DEBUG: '', ...env },
    });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) {
      child[name]?.setEncoding('utf8').on('data', (text) => {
        if (output[name].length < MOST_OUTPUT) output[name] += text;
      });
    }
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, 1000 * seconds);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, ...output, late });
    });
    onStart?.(child);
  });
}
