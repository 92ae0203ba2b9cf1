import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { acquireLock } from '@cifarlab/trainer/node';
import { describe, expect, it } from 'vitest';
import {
  openRun,
  RunError,
  type RunEvent,
  type RunStream,
  resumeRun,
  SettingError,
  type TrainRunOptions,
  trainRun,
} from '../src/index.js';
import { savedStep } from './support/stopped-run.js';
import { listing, mini, useWorkspace } from './support/workspace.js';

const workspace = useWorkspace();
const settings = { batchSize: 60, maxSteps: 6, evalFreq: 3, dnnHiddenUnits: [4] };
const train = (out: string, more: Partial<TrainRunOptions> = {}) =>
  trainRun({ network: 'mlp-ndarray', settings, data: mini, engine: { name: 'wasm' }, out, ...more });

/** Follows a run, and aborts it at the first event of a type. */
async function abortedAt(type: RunEvent['type'], start: (signal: AbortSignal) => RunStream): Promise<RunStream> {
  const controller = new AbortController();
  const stream = start(controller.signal);
  for await (const event of stream) if (event.type === type) controller.abort(new Error('enough'));
  return stream;
}

const errorOf = (stream: RunStream): Promise<unknown> => stream.result.catch((error: unknown) => error);

describe('the result', () => {
  it('is there without a look at the events, and the same in the last of them', async () => {
    const stream = train(workspace('result'));
    const end = await stream.result;
    expect(end).toEqual({
      ...{ network: 'mlp-ndarray', isKept: true, seconds: expect.any(Number), best: undefined },
      folder: expect.objectContaining({ path: workspace('result') }),
      stop: { reason: 'max-steps', step: 6, message: expect.any(String) },
      test: { step: 6, loss: expect.any(Number), accuracy: expect.any(Number) },
      drawn: { curves: workspace('result', 'curves.png'), report: workspace('result', 'report.html') },
    });
    expect(await stream.result).toBe(end);
  });

  it('says that the loss is not finite any more, which is not an error', async () => {
    const out = workspace('diverged');
    const given = { ...settings, init: 'he', learningRate: 1e200 } as const;
    expect(await train(out, { settings: given }).result).toMatchObject({
      isKept: true,
      stop: { reason: 'non-finite-loss' },
    });
    expect((await openRun(out)).settings.learningRate).toBe(1e200);
  });
});

describe('an abort', () => {
  it.each(['settings', 'folder'] as const)('at "%s" leaves nothing of a new run', async (type) => {
    const out = workspace('none', type, 'run');
    const stream = await abortedAt(type, (signal) => train(out, { signal }));
    expect(await stream.result).toMatchObject({
      isKept: false,
      stop: { reason: 'aborted', step: 0 },
      drawn: undefined,
    });
    expect(await listing(workspace())).not.toContain('none');
  });

  it('leaves a folder that was there, empty', async () => {
    await mkdir(workspace('mine'));
    await abortedAt('folder', (signal) => train(workspace('mine'), { signal }));
    expect(await listing(workspace('mine'))).toEqual([]);
  });

  it('before an earlier run goes on leaves that run as it was', async () => {
    const out = workspace('earlier');
    await train(out).result;
    const files = () => Promise.all(['config.json', 'metrics.jsonl'].map((name) => readFile(join(out, name), 'utf8')));
    const before = await files();
    const changes = { maxSteps: 9 };
    const stream = await abortedAt('settings', (signal) => resumeRun(out, { data: mini, changes, signal }));
    expect(await stream.result).toMatchObject({ isKept: true, stop: { reason: 'aborted', step: 6 } });
    expect(await files()).toEqual(before);
    expect(await listing(out)).not.toContain('run.lock');
  });

  it('in training finishes the step and saves it', async () => {
    const stream = await abortedAt('train', (signal) => train(workspace('step'), { signal }));
    expect(await stream.result).toMatchObject({ isKept: true, stop: { reason: 'aborted', step: 1 } });
    expect(await savedStep(workspace('step'))).toBe(1);
    expect((await resumeRun(workspace('step'), { data: mini }).result).stop.step).toBe(6);
  });
});

describe('a loop over the events that is left', () => {
  it('before the training leaves nothing', async () => {
    const stream = train(workspace('left', 'run'));
    for await (const event of stream) if (event.type === 'folder') break;
    expect(await errorOf(stream)).toMatchObject({ name: 'RunError', code: 'left' });
    expect(await listing(workspace())).not.toContain('left');
  });

  it('in training keeps what was saved, and lets go of the folder', async () => {
    const out = workspace('kept');
    const stream = train(out);
    for await (const event of stream) if (event.type === 'train' && event.step === 3) break;
    expect(await errorOf(stream)).toMatchObject({ code: 'left' });
    expect(await savedStep(out)).toBe(1);
    expect(await listing(out)).not.toContain('run.lock');
    expect((await resumeRun(out, { data: mini }).result).stop.step).toBe(6);
  });
});

describe('trainRun refuses', () => {
  it.each<[Partial<TrainRunOptions>, string]>([
    [{ settings: { ...settings, batchSize: 0 } }, 'batchSize 0 must be a whole number of 1 or more'],
    [
      { settings: { ...settings, batchSize: 1000 } },
      'batchSize 1000 is more than the 200 training images; use a smaller',
    ],
    [{ settings: { ...settings, validationSize: 201 } }, 'validationSize 201 is more than there are training images'],
    [{ settings: { ...settings, warmupSteps: 9 } }, 'warmupSteps 9 is more than maxSteps 6; warm up for fewer steps'],
  ])('%j, and leaves nothing', async (more, message) => {
    const error = await errorOf(train(workspace('refused', 'run'), more));
    expect(error).toBeInstanceOf(SettingError);
    expect(String(error)).toContain(message);
    expect(await listing(workspace())).not.toContain('refused');
  });

  it('an engine of other networks', async () => {
    expect(await errorOf(train(workspace('refused'), { engine: { name: 'tfjs-node' } }))).toMatchObject({
      code: 'no-such-engine',
      message:
        'engine tfjs-node is for networks in TensorFlow.js, and this one is mlp-ndarray; use one of auto, ort, wasm, cpu',
    });
    const convnet = trainRun({ network: 'convnet', engine: { name: 'wasm' }, data: mini, out: workspace('refused') });
    expect(await errorOf(convnet)).toMatchObject({
      message: expect.stringMatching(/^engine wasm does not compute convnet/),
    });
  });

  it('a folder that is filled, or in use, with the name that its holder gave', async () => {
    const out = workspace('filled');
    await mkdir(out);
    await writeFile(join(out, 'thesis.txt'), 'mine');
    expect(await errorOf(train(out))).toMatchObject({ code: 'folder-filled', place: out, found: undefined });
    expect(await listing(out)).toEqual(['thesis.txt']);
    const held = workspace('held');
    await mkdir(held);
    const lock = await acquireLock(join(held, 'run.lock'), { command: 'another program' });
    const error = await errorOf(train(held));
    await lock.release();
    expect(error).toBeInstanceOf(RunError);
    expect(error).toMatchObject({
      code: 'in-use',
      place: held,
      message: expect.stringContaining('(another program, since'),
    });
  });
});
