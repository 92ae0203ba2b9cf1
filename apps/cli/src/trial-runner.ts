import { openRun, type RunEvent } from '@cifarlab/experiment';
import { type Outcome, type TestResult, type TrialRunner, trackProgress } from '@cifarlab/sweep';
import type { TrialSurroundings, TrialTask } from '@cifarlab/sweep/processes';
import { exitCodes } from './errors.js';
import { main } from './main.js';
import { trialArguments } from './trial-arguments.js';

/** What `train --json` prints. */
interface TrainJson {
  step: number;
  stop: string;
  best?: { step: number; value: number };
}

/** Runs each trial as a command line in this process: what it says goes to stderr, what it prints is the result. */
export function commandLineRunner(surroundings: TrialSurroundings): TrialRunner {
  return {
    async train(trial, { resume, signal, onProgress }) {
      const task: TrialTask = { ...surroundings, kind: resume ? 'resume' : 'train', trial };
      const ended = await runLine<TrainJson>(task, signal, trackProgress(onProgress));
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
      const ended = await runLine<TestResult>({ ...surroundings, kind: 'test', trial }, signal);
      if (ended.status !== 'done') return ended;
      const { step, count, loss, accuracy } = ended.result;
      return { status: 'done', result: { step, count, loss, accuracy } };
    },
  };
}

async function runLine<Json>(
  task: TrialTask,
  signal: AbortSignal,
  onTraining?: (event: RunEvent) => void,
): Promise<Outcome<Json>> {
  let stdout = '';
  const io = { stdout: { write: (text: string) => (stdout += text) }, stderr: process.stderr, onTraining };
  const stopListening = onAbort(signal, interrupt);
  const exitCode = await main(trialArguments(task), io).finally(stopListening);
  if (exitCode === exitCodes.done) return { status: 'done', result: JSON.parse(stdout) as Json };
  if (exitCode === exitCodes.interrupted) return { status: 'interrupted' };
  // Its last lines say why.
  return { status: 'failed', failure: { exitCode, signal: null, lastLines: [] } };
}

/** Ctrl-C in good order, on systems without signals too; before anything listens there is nothing to save. */
function interrupt(): void {
  if (!process.emit('SIGINT', 'SIGINT')) process.exit(exitCodes.interrupted);
}

function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) listener();
  else signal.addEventListener('abort', listener);
  return () => signal.removeEventListener('abort', listener);
}
