// @ts-check
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** Interval that is short enough for anybody who waits for the end of a command, without load. */
const POLL_MS = 100;

/**
 * Ends this process in good order once npm, which started it, has ended. npm passes on SIGINT and SIGTERM alone, and to
 * its shell: otherwise a training would go on that nobody sees. Only for processes that npm started: what a shell started
 * in the background may outlive it.
 */
export function endWithParent() {
  if (process.env.npm_command === undefined || process.platform === 'win32') return;
  const run = startersRun();
  const timer = setInterval(() => {
    if (run()) return;
    clearInterval(timer);
    // A training that was told to end already must not take this for a second signal, which would end it before it has
    // saved: SIGXCPU is the one that a system repeats.
    if (process.listenerCount('SIGXCPU') > 0) process.emit('SIGXCPU', 'SIGXCPU');
    else process.kill(process.pid, 'SIGTERM');
  }, POLL_MS);
  timer.unref();
}

/** Tells whether this process's parent and, where that is the shell between npm and this process, npm still run. */
function startersRun() {
  const parent = process.ppid;
  const shell = parentOfShell(parent);
  if (shell === undefined) return () => process.ppid === parent;
  // Where the parent of another process can be read at no cost, a process number that was given anew cannot mislead.
  return shell.cheap
    ? () => process.ppid === parent && parentOfShell(parent)?.pid === shell.pid
    : () => process.ppid === parent && isRunning(shell.pid);
}

/**
 * Returns the parent of a process that is a shell; undefined for other processes, and if that cannot be told.
 *
 * @param {number} pid
 * @returns {{ pid: number, cheap: boolean } | undefined}
 */
function parentOfShell(pid) {
  const linux = process.platform === 'linux';
  const [, command, parent] = linux ? (procStat(pid) ?? []) : (ps(pid) ?? []);
  if (command === undefined || !['sh', 'dash', 'ash', 'busybox', 'bash', 'zsh'].includes(basename(command))) {
    return undefined;
  }
  return { pid: Number(parent), cheap: linux };
}

/** @param {number} pid */
function procStat(pid) {
  try {
    return /\((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return null; // It has just ended.
  }
}

/** @param {number} pid */
function ps(pid) {
  const { stdout } = spawnSync('ps', ['-o', 'comm=', '-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' });
  return /^-?(.*?)\s+(\d+)\s*$/.exec(stdout ?? '');
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
