import type { RunEvent } from '@cifarlab/experiment';
import { experimentRunner, finishedLine, runTask, type TaskEnd, type TaskEvent, trialName } from '@cifarlab/sweep';
import { requeueTask } from '@cifarlab/sweep/slurm';
import { signalExitCode, withInterrupt } from '@cifarlab/trainer/node';
import { type Io, printNote, printResult } from '../terminal/io.js';
import { createProgressView } from '../terminal/progress.js';
import { runPrinter } from '../terminal/run-printer.js';
import { CliError, describeError, type ExitCode, exitCodeOf, exitCodes } from '../words/errors.js';
import { newsPrinter } from '../words/news.js';
import { reportWords } from '../words/report-words.js';
import { type SweepRequest, sweepData } from './sweep-request.js';

/** Signal that a job script asks Slurm to send before the time limit. */
const timeLimitSignal: NodeJS.Signals = 'SIGUSR2';

/** Message for a task that would be started again for ever. */
const tooShort = 'the time limit came before a step was trained; ask for more with --time';

/**
 * `sweep FILE --task N`: trains one trial in this process, which a scheduler's signals reach. Its record, beside its run's
 * folder, says what became of it. With `--on slurm` a task that is interrupted by its time limit goes back into the queue.
 */
export async function sweepTask(
  { plan, share, out, flags, task }: SweepRequest & { task: number },
  io: Io,
): Promise<ExitCode> {
  const data = sweepData(flags);
  const command = `cifarlab sweep --task ${task}`;
  const view = createProgressView(io.stderr);
  const print = runPrinter(view);
  let hasTrained = false;
  const runner = experimentRunner({
    ...{ threads: share.threads, data, command, words: reportWords },
    onEvent: (event: RunEvent) => {
      hasTrained ||= event.type === 'train';
      return print(event);
    },
    failureOf: (error) => ({ exitCode: exitCodeOf(error), signal: null, lastLines: [describeError(error)] }),
  });
  const show = eventPrinter(io);
  const follow = async (signal: AbortSignal) => {
    const optuna = { python: flags.python };
    const events = runTask({ plan, task, runner, out, data, signal, command, optuna });
    for await (const event of events) show(event);
    return events.result;
  };
  let interruptedBy: NodeJS.Signals = 'SIGINT';
  const onInterrupt = (signal: NodeJS.Signals) => {
    interruptedBy = signal;
    view.note('Interrupted: finishing the step and saving (again to stop at once) …');
  };
  const end = await withInterrupt((signal) => follow(signal).finally(() => view.done()), { onInterrupt });
  if (end.status === 'interrupted' && flags.on === 'slurm' && interruptedBy === timeLimitSignal) {
    if (!hasTrained) throw new CliError(tooShort);
    // Slurm ends this process as soon as it has the task again.
    printNote(io, 'The time limit is near: the task goes back into the queue.');
    await requeueTask();
    return signalExitCode(interruptedBy);
  }
  if (end.status === 'interrupted') {
    printNote(io, 'Interrupted: run the same command again to continue.');
    return signalExitCode(interruptedBy);
  }
  printEnd(end, { task, json: flags.json }, io);
  return end.status === 'failed' ? exitCodes.failed : exitCodes.done;
}

function eventPrinter(io: Io): (event: TaskEvent) => void {
  const printNews = newsPrinter(io);
  return (event) => {
    if (event.type === 'data') printNews(event);
    if (event.type === 'started') printNote(io, `${event.resumed ? 'goes on' : 'started'}  ${trialName(event.trial)}`);
    if (event.type !== 'watched') return;
    const { pid, host, leaseSeconds } = event.owner;
    printNote(
      io,
      `process ${pid} on ${host} holds the trial; whether it still renews its lock is known in ${leaseSeconds} seconds at most`,
    );
  };
}

function printEnd({ trial, status, record }: TaskEnd, { task, json }: { task: number; json: boolean }, io: Io): void {
  const { configuration, seed, files } = trial!;
  if (!json) {
    printResult(io, finishedLine({ type: 'ended', trial: trial!, record: record! }));
    return;
  }
  const { id, name } = configuration;
  const { result, failure, pruned, seconds } = record!;
  const outcome = {
    status,
    step: result?.steps ?? pruned?.step ?? null,
    best: result?.best ?? null,
    seconds,
    failure: failure ?? null,
  };
  printResult(io, JSON.stringify({ task, id, name, seed, run: files.run, ...outcome }));
}
