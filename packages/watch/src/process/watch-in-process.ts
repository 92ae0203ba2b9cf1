import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { programFile } from '../program-file.js';
import type { RunWatch, WatchOptions } from '../server/watch-server.js';
import { WatchError } from '../watch-error.js';
import type { WatchAnswer, WatchTask } from './messages.js';

/**
 * Does what {@link watchRuns} does in a process of its own, of a lower priority: whoever calls it can train meanwhile. That
 * process ends with this one, however this one ends, and leaves Ctrl-C to it.
 *
 * @throws WatchError as {@link watchRuns} does; `process` when the process ends without a page.
 */
export async function watchInProcess(path: string, options: WatchOptions = {}): Promise<RunWatch> {
  // Flags of this process, a debugger's port say, are not for another one.
  const child = fork(programFile('watch-process'), { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] });
  child.unref();
  const task: WatchTask = { path, ...options };
  child.send(task);
  const answer = await answerOf(child);
  if (!('address' in answer)) {
    child.disconnect();
    throw new WatchError(answer.code ?? 'process', answer.message);
  }
  child.channel?.unref();
  return { address: answer.address, close: () => end(child) };
}

async function answerOf(child: ChildProcess): Promise<WatchAnswer> {
  const message = once(child, 'message').then(([answer]) => answer as WatchAnswer);
  const ended = once(child, 'exit').then(([code, signal]): WatchAnswer => {
    const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
    return { code: 'process', message: `the process that serves the page has ended (${how}); try again` };
  });
  return Promise.race([message, ended]);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const ended = once(child, 'exit');
  if (child.connected) child.disconnect();
  await ended;
}
