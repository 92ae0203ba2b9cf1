import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readMetrics } from '@cifarlab/trainer/node';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  openRun,
  type ResumeRunOptions,
  type RunEvent,
  resumeRun,
  type TrainRunOptions,
  trainRun,
} from '../src/index.js';
import { expectSameRun, savedStep, trainAndKill } from './support/stopped-run.js';
import { listing, mini, useWorkspace } from './support/workspace.js';

const workspace = useWorkspace();
const hasSignals = process.platform !== 'win32';
const wasm = { name: 'wasm' } as const;
// 200 images in batches of 60: an epoch is 3 steps, 4 in the order that keeps the tail, so that steps 50 and 100 are in
// mid-epoch.
const settings = { batchSize: 60, maxSteps: 300, evalFreq: 50, dnnHiddenUnits: [20] };
const momentum = { momentum: 0.9 };
const random = {
  ...{ dropout: 0.3, norm: 'batch', labelSmoothing: 0.1, optimizer: 'adam', weightDecay: 0.1, schedule: 'cosine' },
  ...{ flip: true, crop: 4, cutout: 8, batchOrder: 'epoch' },
};
const small = { batchSize: 60, evalFreq: 3, dnnHiddenUnits: [4] };

const train = (out: string, given: object, more: Partial<TrainRunOptions> = {}) =>
  trainRun({ network: 'mlp-ndarray', engine: wasm, data: mini, ...more, settings: given, out }).result;
const resume = (run: string, changes: ResumeRunOptions['changes'] = {}, more: ResumeRunOptions = {}) =>
  resumeRun(run, { data: mini, changes, ...more }).result;
const trainLines = async (run: string) =>
  (await readMetrics(join(run, 'metrics.jsonl'))).filter(({ event }) => event === 'train');
const configOf = async (run: string) => (await openRun(run)).config;

/** Changes the settings in a run's record. */
async function record(run: string, change: (settings: Record<string, unknown>) => void): Promise<void> {
  const config = JSON.parse(await readFile(join(run, 'config.json'), 'utf8'));
  change(config.settings);
  await writeFile(join(run, 'config.json'), JSON.stringify(config));
}

async function copyOf(run: string, name: string): Promise<string> {
  await cp(run, workspace(name), { recursive: true });
  return workspace(name);
}

const whole = () => workspace('whole');
beforeAll(() => train(whole(), { ...settings, ...momentum }));

describe.runIf(hasSignals)('a run that is killed', () => {
  it.each([
    { network: 'mlp-ndarray', epoch: 3, given: momentum },
    { network: 'mlp', epoch: 4, given: random },
  ])('in mid-epoch equals an unbroken one: $network', { timeout: 120_000 }, async ({ network, epoch, given }) => {
    const options = { network, settings: { ...settings, ...given }, data: mini } as TrainRunOptions;
    const unbroken = workspace(`unbroken ${network}`);
    await trainRun({ ...options, out: unbroken }).result;
    const run = workspace(`killed ${network}`);
    await trainAndKill({ ...options, out: run }, (step) => step >= 50 && step % epoch !== 0);
    const saved = await savedStep(run);
    expect(saved % epoch).not.toBe(0);
    expect((await readMetrics(join(run, 'metrics.jsonl'))).at(-1)!.step).toBeGreaterThan(saved);
    const events: RunEvent[] = [];
    for await (const event of resumeRun(run, { data: mini })) events.push(event);
    expect(events.filter(({ type }) => type === 'warning')).toEqual([]);
    await expectSameRun(run, unbroken);
    expect(await listing(run)).toEqual(await listing(unbroken));
  });

  const long = { maxSteps: 400, evalFreq: 399, validationSize: 40, batchSize: 60, dnnHiddenUnits: [4] };
  const ofClock = { checkpointMinutes: 0.001 };
  it.each<[string, string, object, Partial<TrainRunOptions>, (step: number) => boolean]>([
    ['from step 1', 'mlp-ndarray', momentum, { checkpointMinutes: 0 }, (step) => step === 1],
    ['from where the clock had it saved', 'mlp-ndarray', momentum, ofClock, (step) => step > 1],
    ['with all that is random', 'mlp', { ...random, earlyStopping: 9 }, ofClock, (step) => step > 1 && step % 3 !== 0],
  ])('before its second evaluation goes on %s', { timeout: 120_000 }, async (name, network, given, more, wanted) => {
    const options = { network, settings: { ...long, ...given }, data: mini } as TrainRunOptions;
    const unbroken = workspace(`unbroken ${name}`);
    await trainRun({ ...options, out: unbroken }).result;
    const run = workspace(name);
    await trainAndKill({ ...options, ...more, out: run }, wanted);
    expect(wanted(await savedStep(run))).toBe(true);
    await resume(run);
    await expectSameRun(run, unbroken);
    expect(await listing(run)).toEqual(await listing(unbroken));
  });
});

describe('resumeRun', () => {
  it('equals an unbroken run after an abort, and computes nothing twice', async () => {
    const run = workspace('aborted');
    const controller = new AbortController();
    const options = { network: 'mlp-ndarray', engine: wasm, data: mini } as const;
    const stream = trainRun({
      ...options,
      settings: { ...settings, ...momentum },
      out: run,
      signal: controller.signal,
    });
    for await (const event of stream) if (event.type === 'train' && event.step === 70) controller.abort();
    expect(await stream.result).toMatchObject({ isKept: true, stop: { reason: 'aborted', step: 70 } });
    expect((await readMetrics(join(run, 'metrics.jsonl'))).at(-1)!.step).toBe(70);
    expect(await savedStep(run)).toBe(70);
    await resume(run);
    await expectSameRun(run, whole());
  });

  it('takes a run from before there were augmentation and a choice of evaluation as one without them', async () => {
    const run = await copyOf(whole(), 'early');
    await record(run, (recorded) => {
      for (const name of ['flip', 'crop', 'cutout', 'test', 'scheduleSteps']) delete recorded[name];
    });
    await expect(resume(run, { test: false })).rejects.toThrow("test false differs from the run's true; leave it out");
    expect((await resume(run, { crop: 0 })).stop.reason).toBe('max-steps');
  });

  it('leaves the test images alone where the run did', async () => {
    const run = workspace('no test');
    const first = await train(run, { ...small, maxSteps: 4, evalFreq: 2, validationSize: 40, test: false });
    expect(first).toMatchObject({ stop: { step: 4 }, best: { metric: 'accuracy' }, test: undefined });
    await resume(run, { maxSteps: 6 });
    const evaluations = (await readMetrics(join(run, 'metrics.jsonl'))).filter((line) => line.event === 'eval');
    expect(evaluations.map(({ split, step }) => [split, step])).toEqual(
      [1, 2, 4, 6].map((step) => ['validation', step]),
    );
  });

  it('lets a finished run go on for more steps', async () => {
    const given = { ...small, evalFreq: 5 };
    await train(workspace('long'), { ...given, maxSteps: 20 });
    await train(workspace('short'), { ...given, maxSteps: 10 });
    await resume(workspace('short'), { maxSteps: 20 });
    const [short, long] = await Promise.all(
      ['short', 'long'].map((name) => readFile(workspace(name, 'metrics.jsonl'), 'utf8')),
    );
    expect(short).toBe(long);
  });

  it('keeps every change, also to fewer steps, and records only those', async () => {
    const run = workspace('changes');
    await train(run, { ...small, maxSteps: 4 });
    const { sessions: first, ...original } = await configOf(run);
    expect(original).not.toHaveProperty('changes');
    for (const maxSteps of [4, 9, 9, 7 + 8]) await resume(run, { maxSteps });
    const { changes, sessions, ...rest } = await configOf(run);
    expect(changes!.map(({ step, settings }) => [step, settings])).toEqual([
      [4, { maxSteps: { before: 4, after: 9 } }],
      [9, { maxSteps: { before: 9, after: 15 } }],
    ]);
    expect(rest).toEqual({ ...original, settings: { ...original.settings, maxSteps: 15 } });
    expect(sessions!.slice(0, 1)).toEqual(first);
    expect(sessions!.map(({ step }) => step)).toEqual([0, 4, 4, 9, 9]);
  });

  it('checks the settings again', async () => {
    const run = await copyOf(whole(), 'sooner');
    await record(run, (recorded) => {
      recorded.warmupSteps = 400;
    });
    await expect(resume(run)).rejects.toThrow('warmupSteps 400 is more than maxSteps 300; warm up for fewer steps');
  });

  it.each([
    [{ learningRate: 0.5 }, "learningRate 0.5 differs from the run's 0.001; leave it out, or start a new run"],
    [{ flip: true }, "flip true differs from the run's false; leave it out"],
    [{ maxSteps: 10 }, 'maxSteps 10 is less than the 300 steps'],
    [{ maxSteps: 0 }, 'maxSteps 0 must be a whole number of 1 or more'],
    [{ dropout: 0.5 }, 'dropout 0.5 is not a setting of mlp-ndarray'],
  ])('refuses %j, which leaves the run as it was', async (changes, message) => {
    const before = await readFile(join(whole(), 'config.json'), 'utf8');
    await expect(resume(whole(), changes as object)).rejects.toThrow(message);
    expect(await readFile(join(whole(), 'config.json'), 'utf8')).toBe(before);
    expect(await listing(whole())).not.toContain('run.lock');
  });

  it('names the network that a run is of, and one that did more steps than it records', async () => {
    await expect(resume(whole(), {}, { network: 'mlp' })).rejects.toMatchObject({
      code: 'other-network',
      place: whole(),
      found: { network: 'mlp-ndarray', isSaved: true },
    });
    const run = await copyOf(whole(), 'more');
    await record(run, (recorded) => {
      recorded.maxSteps = 250;
    });
    await expect(resume(run)).rejects.toThrow(
      'has done 300 steps, more than the 250 that its config.json records; say with maxSteps how far to train',
    );
  });
});

describe('a schedule that spans the run', () => {
  it.each(['cosine', 'step', 'one-cycle'])('%s: a new length is warned of, and can be left out', async (schedule) => {
    const unbroken = workspace(`${schedule} whole`);
    const given = { ...small, schedule, learningRate: 0.1, init: 'he' };
    await train(unbroken, { ...given, maxSteps: 12, scheduleSteps: 8 });
    for (const [name, more] of [
      ['stretched', {}],
      ['kept', { scheduleSteps: 8 }],
    ] as const) {
      const run = workspace(`${schedule} ${name}`);
      await train(run, { ...given, maxSteps: 8 });
      const warnings: string[] = [];
      for await (const event of resumeRun(run, { data: mini, changes: { maxSteps: 12, ...more } })) {
        if (event.type === 'warning') warnings.push(`${event.code}: ${event.message}`);
      }
      const warning = `schedule-length: schedule ${schedule} spans 12 steps now, and spanned 8 for the 8 steps that are done`;
      expect(warnings).toEqual(name === 'kept' ? [] : [expect.stringContaining(warning)]);
      if (name === 'stretched') expect(warnings[0]).toContain('scheduleSteps 8 keeps the schedule as it was');
      const isSame = JSON.stringify(await trainLines(run)) === JSON.stringify(await trainLines(unbroken));
      expect(isSame).toBe(name === 'kept');
      // The length is in the record: nothing changes any more, so there is nothing to warn of.
      for await (const event of resumeRun(run, { data: mini })) expect(event.type).not.toBe('warning');
    }
  });

  it('constant has no length', async () => {
    const run = workspace('constant');
    await train(run, { ...small, maxSteps: 4 });
    for await (const event of resumeRun(run, { data: mini, changes: { maxSteps: 6 } })) {
      expect(event.type).not.toBe('warning');
    }
  });
});

it('has the slope of leaky ReLU where the file has always had it, and goes on with it', async () => {
  const given = { ...small, activation: 'leaky-relu', negativeSlope: 0.3, init: 'he' };
  const unbroken = workspace('slope whole');
  await train(unbroken, { ...given, maxSteps: 8 });
  const run = workspace('slope');
  await train(run, { ...given, maxSteps: 4 });
  await record(run, (settings) => {
    expect(settings).toMatchObject({ negSlope: 0.3 });
    expect(settings).not.toHaveProperty('negativeSlope');
  });
  await resume(run, { maxSteps: 8 });
  expect((await configOf(run)).settings).toMatchObject({ negativeSlope: 0.3 });
  expect(await trainLines(run)).toEqual(await trainLines(unbroken));
  await expect(resume(run, { negativeSlope: 0.1 })).rejects.toThrow("negativeSlope 0.1 differs from the run's 0.3");
  await record(run, (settings) => {
    settings.negSlope = 'steep';
  });
  await expect(openRun(run)).rejects.toThrow('"settings.negSlope" must be a number of 0 or more, and is "steep"');
});
