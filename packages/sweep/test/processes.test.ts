import { mkdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { listing, useWorkspace } from '../../experiment/test/support/workspace.js';
import { planSweep, type Trial, type TrialProgress } from '../src/index.js';
import { processRunner } from '../src/processes.js';
import { trialsOf } from '../src/trials/trial.js';

const workspace = useWorkspace();
const child = fileURLToPath(new URL('children/trial.mjs', import.meta.url));

let trials: Trial[];
beforeAll(async () => {
  trials = await trialsOf(planSweep({ model: 'mlp', seeds: [1, 2, 3, 4, 5, 6, 7, 8] }), workspace('sweep'));
  await mkdir(trials[0]!.files.folder, { recursive: true });
});

function start(trial: Trial, way: string) {
  const interrupt = new AbortController();
  const told: TrialProgress[] = [];
  const runner = processRunner({
    command: [process.execPath, child, way],
    threads: 2,
    data: { dataDir: 'here' },
  });
  const outcome = runner.train(trial, {
    resume: false,
    signal: interrupt.signal,
    onProgress: (progress) => {
      told.push(progress);
      if (way === 'wait') interrupt.abort();
    },
  });
  return { outcome, told, runner, interrupt };
}

const logOf = ({ files }: Trial) => readFile(files.log, 'utf8');

describe('the process of a trial', () => {
  it('is told what to do, tells where it stands, and gives the result', async () => {
    const [trial] = trials as [Trial];
    const { outcome, told, runner, interrupt } = start(trial, 'well');
    expect(await outcome).toMatchObject({
      status: 'done',
      result: { steps: 7, madeWith: { engine: { name: 'fake' } } },
    });
    expect(told).toEqual([{ step: 3, maxSteps: 7, accuracy: 0.25, secondsLeft: 65 }]);
    expect(await logOf(trial)).toBe('$ train mlp, seed 1\n2 threads, here, begins, seed 1\n');
    const { signal } = interrupt;
    await runner.train(trial, { resume: true, signal, onProgress() {} });
    expect(await logOf(trial)).toMatch(/\n\$ resume mlp, seed 1\n.* goes on, seed 1\n$/);
    expect(await runner.test(trial, { signal })).toEqual({
      status: 'done',
      result: { step: 5, count: 40, loss: 1, accuracy: 0.5 },
    });
    expect((await listing(workspace('sweep'))).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });

  it('waits after each evaluation of a trial that is judged, and hears of its end before the next step', async () => {
    const interrupt = new AbortController();
    const runner = processRunner({
      command: [process.execPath, child, 'judged'],
      threads: 1,
      data: { dataDir: 'here' },
    });
    const heard: unknown[] = [];
    const outcome = await runner.train(trials[7]!, {
      ...{ resume: false, signal: interrupt.signal, onProgress() {} },
      async onEvaluation(evaluation) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        heard.push(evaluation);
        if (evaluation.step === 2) interrupt.abort();
      },
    });
    expect(outcome).toEqual({ status: 'interrupted' });
    expect(heard).toEqual([
      { step: 1, accuracy: 0.1 },
      { step: 2, accuracy: 0.2 },
    ]);
    expect(await logOf(trials[7]!)).toMatch(/after step 1 goes on\nafter step 2 left\n$/);
  });

  it('that fails has said why in its log', async () => {
    expect(await start(trials[1]!, 'exit').outcome).toEqual({
      status: 'failed',
      failure: { exitCode: 3, signal: null, lastLines: ['one', 'two', 'three', 'four', 'the disk is full'] },
    });
  });

  it('that fails may name the reason itself', async () => {
    expect(await start(trials[2]!, 'reason').outcome).toEqual({
      status: 'failed',
      failure: { exitCode: 1, signal: null, lastLines: ['the loss is NaN'] },
    });
  });

  it('that is killed has failed', async (context) => {
    if (process.platform === 'win32') context.skip('Windows has no signals to send');
    expect(await start(trials[3]!, 'kill').outcome).toMatchObject({
      status: 'failed',
      failure: { exitCode: null, signal: 'SIGKILL' },
    });
  });

  it('ends in good order when it is told to', async () => {
    expect(await start(trials[4]!, 'wait').outcome).toEqual({ status: 'interrupted' });
  });

  it('that a signal ends in good order has failed, since its sweep has not asked for it', async (context) => {
    if (process.platform === 'win32') context.skip('Windows has no signals to send');
    const { outcome } = start(trials[6]!, 'signal');
    expect(await outcome).toMatchObject({ status: 'failed', failure: { exitCode: 130, signal: null } });
  });

  it('that gives what is not a result is an error that names it', async () => {
    await expect(start(trials[5]!, 'garbage').outcome).rejects.toThrow(
      'the result of "train mlp, seed 6": "steps" must be a whole number of 0 or more, and is -1',
    );
  });

  it('serves nobody who is not a sweep', async () => {
    const { serveTrial } = await import('../src/processes.js');
    const send = process.send;
    process.send = undefined;
    await expect(serveTrial(() => ({}) as never)).rejects.toThrow(/No sweep has started this process/);
    process.send = send;
  });
});
