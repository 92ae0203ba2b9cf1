import { resolve } from 'node:path';
import { countTrials, trialName } from '@cifarlab/sweep';
import {
  cancelOnSlurm,
  type RunOnSlurmOptions,
  runOnSlurm,
  type SlurmEnd,
  type SlurmEvent,
  type SlurmJob,
  slurmScript,
  type Trouble,
} from '@cifarlab/sweep/slurm';
import { signalExitCode, withInterrupt } from '@cifarlab/trainer/node';
import { dataChoice } from '../flags/data-options.js';
import { type Io, printDrawing, printNote, printResult } from '../terminal/io.js';
import { createSweepView, type SweepView } from '../terminal/sweep-view.js';
import { dataWords } from '../words/data-words.js';
import { type ExitCode, exitCodes } from '../words/errors.js';
import { newsPrinter } from '../words/news.js';
import { ownCommandLine } from '../words/own-command.js';
import { builtProgram, sweepHere } from './sweep-here.js';
import type { SweepRequest } from './sweep-request.js';

/**
 * `sweep FILE --on slurm`: submits a task for each trial that is not trained yet, watches them, and sums up. Ctrl-C leaves
 * the tasks in the queue; the same command attaches to them.
 */
export async function sweepOnSlurm(request: SweepRequest, io: Io): Promise<ExitCode> {
  const { plan, out, flags } = request;
  if (flags.cancel) return cancel(out, io);
  const options = slurmOptions(request);
  if (flags.dryRun) {
    const script = await slurmScript(options);
    if (script === undefined) printNote(io, 'every trial is trained: nothing would be submitted');
    else printDrawing(io, script);
    return exitCodes.done;
  }
  const view = createSweepView(io.stderr, countTrials(plan));
  const show = eventPrinter(view, io);
  const follow = async (signal: AbortSignal) => {
    const events = runOnSlurm({ ...options, signal });
    for await (const event of events) show(event);
    return events.result;
  };
  let interruptedBy: NodeJS.Signals = 'SIGINT';
  const onInterrupt = (signal: NodeJS.Signals) => {
    interruptedBy = signal;
  };
  const end = await withInterrupt((signal) => follow(signal).finally(() => view.done()), { onInterrupt });
  if (end.status === 'left') {
    printNote(io, leftLine(end.jobs, request));
    return signalExitCode(interruptedBy);
  }
  for (const line of troubleLines(end, out)) printNote(io, line);
  return sweepHere(request, io, { collect: true, tellsKept: false });
}

async function cancel(out: string, io: Io): Promise<ExitCode> {
  const { jobs, tasks } = await cancelOnSlurm({ out: resolve(out) });
  const line =
    jobs.length === 0
      ? `nothing of the sweep in ${out} is in the queue`
      : `cancelled ${jobWords(jobs)} (${countOf(tasks, 'task')}); what is trained is kept`;
  printResult(io, line);
  return exitCodes.done;
}

function slurmOptions({ plan, sweep, share, out, flags, queueFlags }: SweepRequest): RunOnSlurmOptions {
  const { memory, time, partition, account, jobs } = flags;
  const { dataDir, ...choice } = dataChoice(flags);
  // A task begins in another folder.
  const data = { ...choice, ...(dataDir === undefined ? {} : { dataDir: resolve(String(dataDir)) }) };
  const folder = resolve(out);
  return {
    ...{ plan, sweep, out: folder, data, description: 'cifarlab sweep --on slurm' },
    resources: { cores: share.threads, limit: jobs, memory, time, partition, account, flags: queueFlags },
    command: (file) => [
      ...[builtProgram('bin'), 'sweep', file, '--out', folder, '--cores', `${share.threads}`],
      ...dataWords(data),
      // Each task copies to the disk of its own machine.
      ...(flags.localData ? ['--local-data'] : []),
      ...['--on', 'slurm', '--task'],
    ],
  };
}

function eventPrinter(view: SweepView, io: Io): (event: SlurmEvent) => void {
  const printNews = newsPrinter(io);
  return (event) => {
    if (event.type === 'data') printNews(event);
    else if (event.type === 'held') view.note(heldLine(event));
    else if ('trial' in event) view.show(event);
    else if (event.type !== 'trials') view.note(queueLine(event));
  };
}

type QueueNews = Extract<SlurmEvent, { type: 'submitted' | 'attached' | 'queue' | 'silent' }>;

function queueLine(event: QueueNews): string {
  switch (event.type) {
    case 'submitted':
      return `submitted ${jobWords([event.job])}: ${countOf(event.tasks.length, 'task')}; Ctrl-C leaves them to themselves`;
    case 'attached':
      return `attached to ${jobWords(event.jobs)}: ${countOf(event.tasks, 'task')} wait or run`;
    case 'queue':
      return `${event.running} running, ${event.waiting} waiting${event.reason ? ` (${event.reason})` : ''}`;
    case 'silent':
      return `the queue does not answer, and is asked again: ${event.reason}`;
  }
}

function heldLine({ trial, task, reason }: Extract<SlurmEvent, { type: 'held' }>): string {
  return `Slurm holds ${task} (${trialName(trial)}): ${reason}; correct the cause, then: scontrol release ${task}`;
}

function leftLine(jobs: readonly SlurmJob[], { file, flags }: SweepRequest): string {
  if (jobs.length === 0) return 'Interrupted: nothing was submitted.';
  const out = flags.out === undefined ? [] : ['--out', flags.out];
  const cancelling = ownCommandLine('sweep', file, ...out, '--on', 'slurm', '--cancel');
  return `Left: ${jobWords(jobs)} runs on. Run the same command again to attach, or cancel with: ${cancelling}`;
}

function* troubleLines({ troubles, isDiskFull }: Extract<SlurmEnd, { status: 'ended' }>, out: string) {
  for (const trouble of troubles) yield troubleLine(trouble);
  if (isDiskFull) yield `the disk of ${out} is full: free some space`;
  if (troubles.length > 0) yield 'Run the same command again to submit what is missing.';
}

function troubleLine({ trial, task, status, state, log, lastLine, jobs }: Trouble): string {
  const what = status === 'failed' ? 'failed' : `left the queue${state === undefined ? '' : ` (${state})`}, ${status}`;
  const often = jobs > 2 ? `, in the last of ${jobs} jobs` : '';
  return `task ${task}, ${trialName(trial)}: ${what}${often}; ${lastLine === '' ? '' : `"${lastLine}", `}log ${log}`;
}

function jobWords(jobs: readonly SlurmJob[]): string {
  const names = jobs.map(({ id, cluster }) => (cluster === null ? id : `${id} on ${cluster}`));
  return `job${jobs.length === 1 ? '' : 's'} ${names.join(', ')}`;
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
