// @ts-check
import { readFileSync } from 'node:fs';

/**
 * Ends this process in good order once npm, which started it, has ended. npm passes on SIGINT and SIGTERM alone, and to
 * its shell: otherwise a training would go on that nobody sees. Only for processes that npm started: what a shell started
 * in the background may outlive it.
 */
export function endWithParent() {
  if (process.env.npm_command === undefined || process.platform === 'win32') return;
  const before = starters();
  const timer = setInterval(() => {
    if (starters() === before) return;
    clearInterval(timer);
    // A training that was told to end already must not take this for a second signal, which would end it before it has
    // saved: SIGXCPU is the one that a system repeats.
    if (process.listenerCount('SIGXCPU') > 0) process.emit('SIGXCPU', 'SIGXCPU');
    else process.kill(process.pid, 'SIGTERM');
  }, 500);
  timer.unref();
}

/** The parent and, where that is the shell between npm and this process, on Linux, npm. */
function starters() {
  const parent = process.ppid;
  try {
    const [, command, npm] = /\((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${parent}/stat`, 'utf8')) ?? [];
    if (['sh', 'dash', 'bash'].includes(command)) return `${parent} ${npm}`;
  } catch {
    // There is no /proc here, or the parent has just ended.
  }
  return String(parent);
}
