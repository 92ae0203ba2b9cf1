import { type ChildProcess, fork } from 'node:child_process';
import type { DataChoice } from '@cifarlab/experiment';
import { programFile } from '../program-file.js';
import type { WatchedRun } from '../runs/watched-run.js';
import type { SampleAnswer, SampleTask } from './messages.js';

/** Rest after its work, as a multiple of the work's time, so that a training loses little by it. */
const REST = 20;

/** Milliseconds of rest after the first work, whose time went into loading the images. */
const FIRST_REST_MS = 10_000;

/** Milliseconds without work after which its process ends, and gives the memory of the images back. */
const IDLE_MS = 120_000;

/** Has the networks of runs classify test images, in a process of its own, one after the other. */
export class SampleSource {
  readonly #data: DataChoice;
  #child: ChildProcess | undefined;
  #isBusy = false;
  #restsUntil = 0;
  #usedAt = 0;

  /** @param data where the images are; they are not downloaded. */
  constructor(data: DataChoice) {
    this.#data = data;
  }

  /** Asks for a new sample of a run that somebody looks at, where it has a checkpoint of which there is none. */
  ask(run: WatchedRun): void {
    const checkpoint = run.checkpointAt;
    const now = performance.now();
    if (this.#isBusy || now < this.#restsUntil || checkpoint === undefined || checkpoint === run.sampledAt) return;
    this.#isBusy = true;
    const isFirst = this.#child === undefined;
    void this.#classify(run.path).then((answer) => {
      this.#isBusy = false;
      this.#usedAt = performance.now();
      this.#restsUntil = this.#usedAt + (isFirst ? FIRST_REST_MS : REST * (this.#usedAt - now));
      run.setSample(answer, checkpoint);
    });
  }

  /** Ends the process where nobody has asked for a while. */
  tend(): void {
    if (!this.#isBusy && performance.now() - this.#usedAt > IDLE_MS) this.close();
  }

  /** Ends the process. */
  close(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  #classify(path: string): Promise<SampleAnswer> {
    const child = this.#child ?? this.#start();
    return new Promise((resolve) => {
      const onExit = () => done({ fault: 'the process that classifies images has ended' });
      const done = (answer: SampleAnswer) => {
        child.off('message', done);
        child.off('exit', onExit);
        resolve(answer);
      };
      child.on('message', done);
      child.on('exit', onExit);
      const task: SampleTask = { path, data: this.#data };
      child.send(task, () => {});
    });
  }

  #start(): ChildProcess {
    const child = fork(programFile('sample-process'), { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] });
    child.on('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
    child.on('error', () => {});
    this.#child = child;
    return child;
  }
}
