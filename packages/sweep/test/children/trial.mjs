// The process of a trial that only pretends, in the way that its argument names.
import { serveTrial } from '@cifarlab/sweep/processes';

const [way] = process.argv.slice(2);

const madeWith = {
  engine: { name: 'fake', threads: 1 },
  versions: { node: '20.19.0' },
  machine: { cpu: 'an abacus', cores: 2, memoryGiB: 1, platform: 'linux', arch: 'x64', system: '1' },
};

const untilInterrupted = (signal) =>
  new Promise((resolve) => {
    // A promise keeps no process from ending.
    const timer = setInterval(() => {}, 1000);
    const end = () => resolve(clearInterval(timer));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
  });

await serveTrial(({ threads, data }) => ({
  async train(trial, { resume, signal, onProgress, onEvaluation }) {
    onProgress({ step: 3, maxSteps: 7, accuracy: 0.25, secondsLeft: 65 });
    console.log(`${threads} threads, ${data.dataDir}, ${resume ? 'goes on' : 'begins'}, seed ${trial.seed}`);
    if (way === 'signal') process.kill(process.pid, 'SIGINT');
    if (way === 'wait' || way === 'signal') {
      await untilInterrupted(signal);
      return { status: 'interrupted' };
    }
    if (way === 'judged') {
      for (const step of [1, 2, 3]) {
        await onEvaluation({ step, accuracy: step / 10 });
        console.log(`after step ${step} ${signal.aborted ? 'left' : 'goes on'}`);
        if (signal.aborted) return { status: 'interrupted' };
      }
    }
    if (way === 'kill') process.kill(process.pid, 'SIGKILL');
    if (way === 'exit') {
      console.log('one\ntwo\nthree\nfour\nthe disk is full');
      return { status: 'failed', failure: { exitCode: 3, signal: null, lastLines: [] } };
    }
    if (way === 'reason') {
      return { status: 'failed', failure: { exitCode: null, signal: null, lastLines: ['the loss is NaN'] } };
    }
    const result = { steps: 7, stop: 'max-steps', best: null, madeWith };
    return { status: 'done', result: way === 'garbage' ? { ...result, steps: -1 } : result };
  },
  async test() {
    return { status: 'done', result: { step: 5, count: 40, loss: 1, accuracy: 0.5 } };
  },
}));
