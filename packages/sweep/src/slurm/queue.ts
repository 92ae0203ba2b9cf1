/** A task in the queue. */
export interface QueueEntry {
  /** State as Slurm writes it: `PENDING`, `RUNNING`, `COMPLETED` … */
  state: string;
  /** The machine; empty while it waits. */
  node: string;
  /** Reason why it waits, or way in which it ended. */
  reason: string;
}

/** States of tasks that neither run nor will. */
const ended = [
  ...['BOOT_FAIL', 'CANCELLED', 'COMPLETED', 'DEADLINE', 'FAILED', 'LAUNCH_FAILED', 'NODE_FAIL', 'OUT_OF_MEMORY'],
  ...['PREEMPTED', 'RECONFIG_FAIL', 'REVOKED', 'TIMEOUT'],
];

/** Tells whether a task runs, or may run yet. */
export function isLive(entry: QueueEntry | undefined): boolean {
  return entry !== undefined && !ended.includes(entry.state);
}

/** Tells whether a task runs. */
export function isRunning(entry: QueueEntry | undefined): boolean {
  return entry?.state === 'RUNNING';
}

/** Tells whether a task waits until somebody releases it. */
export function isHeld(entry: QueueEntry | undefined): entry is QueueEntry {
  const { state, reason } = entry ?? { state: '', reason: '' };
  return state === 'REQUEUE_HOLD' || state === 'SPECIAL_EXIT' || (state === 'PENDING' && /held/i.test(reason));
}

/**
 * Reads what squeue prints with `%i|%T|%N|%r`: a line for each task of an array. Other lines, a cluster's title for example,
 * are left out.
 */
export function parseQueue(text: string): Map<string, QueueEntry> {
  const tasks = new Map<string, QueueEntry>();
  for (const line of text.split('\n')) {
    const [, task, state, node, reason] = /^\s*(\d+_\d+)\|([A-Z_]+)\|([^|]*)\|(.*)$/.exec(line) ?? [];
    if (task !== undefined) tasks.set(task, { state: state!, node: node!.trim(), reason: reason!.trim() });
  }
  return tasks;
}
