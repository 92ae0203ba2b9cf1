// @ts-check
import { spawn } from 'node:child_process';

// npm is a script file on Windows, which starts through the shell only.
const [command, prefix] = process.platform === 'win32' ? ['cmd.exe', ['/d', '/s', '/c', 'npm']] : ['npm', []];

/**
 * Runs npm with what it prints kept.
 *
 * @param {string[]} args
 * @param {string} cwd its `.npmrc` counts
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
export function npm(args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...prefix, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}

/**
 * Runs npm on this terminal.
 *
 * @param {string[]} args
 * @param {string} cwd
 * @returns {Promise<number>} its exit code
 */
export function runNpm(args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...prefix, ...args], { cwd, stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
