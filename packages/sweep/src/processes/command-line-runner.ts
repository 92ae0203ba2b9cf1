import { openRun, type RunEvent } from '@cifarlab/experiment';
import { trackProgress } from '../trials/track-progress.js';
import type { Outcome, TestResult, TrialRunner } from '../trials/trial-runner.js';
import { INTERRUPTED, type TrialSurroundings, type TrialTask } from './messages.js';
import { trialArguments } from './trial-arguments.js';

/**
 * Carries out `train` or `eval` in this process, and ends in good order at SIGINT.
 *
 * @param argv the words after the program's name.
 * @param listeners `print` is given what goes to stdout: with `--json`, the result; `onTraining` hears how a training goes
 *   on.
 * @returns the exit code: 0 done, 130 interrupted.
 */
export type CommandLineProgram = (
  argv: readonly string[],
  listeners: { print: (text: string) => void; onTraining: ((event: RunEvent) => void) | undefined },
) => Promise<number>;

/** What `train --json` prints. */
interface TrainJson {
  step: number;
  stop: string;
  best?: { step: number; value: number };
}

/**
 * Makes a runner, for the process of one trial, that carries out each task as a command line: what the program says goes
 * to the trial's log, what it prints is the result.
 */
export function commandLineRunner(program: CommandLineProgram, surroundings: TrialSurroundings): TrialRunner {
  return {
    async train(trial, { resume, signal, onProgress }) {
      const task: TrialTask = { ...surroundings, kind: resume ? 'resume' : 'train', trial };
      const ended = await runLine<TrainJson>(program, task, signal, trackProgress(onProgress));
      if (ended.status !== 'done') return ended;
      const { step, stop, best } = ended.result;
      const { engine, versions, machine } = (await openRun(trial.files.run)).config;
      return {
        status: 'done',
        result: {
          steps: step,
          stop,
          best: best ? { step: best.step, accuracy: best.value } : null,
          madeWith: { engine, versions, machine },
        },
      };
    },
    async test(trial, { signal }) {
      const ended = await runLine<TestResult>(program, { ...surroundings, kind: 'test', trial }, signal);
      if (ended.status !== 'done') return ended;
      const { step, count, loss, accuracy } = ended.result;
      return { status: 'done', result: { step, count, loss, accuracy } };
    },
  };
}

async function runLine<Json>(
  program: CommandLineProgram,
  task: TrialTask,
  signal: AbortSignal,
  onTraining?: (event: RunEvent) => void,
): Promise<Outcome<Json>> {
  let printed = '';
  const print = (text: string) => {
    printed += text;
  };
  const stopListening = onAbort(signal, interrupt);
  const exitCode = await program(trialArguments(task), { print, onTraining }).finally(stopListening);
  if (exitCode === 0) return { status: 'done', result: JSON.parse(printed) as Json };
  if (exitCode === INTERRUPTED) return { status: 'interrupted' };
  // Its last lines say why.
  return { status: 'failed', failure: { exitCode, signal: null, lastLines: [] } };
}

/** Ctrl-C in good order, on systems without signals too; before anything listens there is nothing to save. */
function interrupt(): void {
  if (!process.emit('SIGINT', 'SIGINT')) process.exit(INTERRUPTED);
}

function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) listener();
  else signal.addEventListener('abort', listener);
  return () => signal.removeEventListener('abort', listener);
}
