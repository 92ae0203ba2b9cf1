import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { probeOrtRuntime } from '@cifarlab/ort-runtime';
import { loadModel, readMetrics } from '@cifarlab/trainer/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { type GivenSettings, type NetworkOf, openRun, resumeRun, trainRun } from '../src/index.js';
import { writeReport } from '../src/report.js';
import { expectSameRun, savedStep, trainAndKill } from './support/stopped-run.js';
import { listing, mini, useWorkspace } from './support/workspace.js';

const workspace = useWorkspace();
const ort = probeOrtRuntime();
const metricsOf = (run: string) => readMetrics(join(run, 'metrics.jsonl'));

type Given = GivenSettings<NetworkOf<'fastnet'>>;

/** Eight images are too few for the rates of 2,000. */
const small = {
  batchSize: 8,
  accumulate: 1,
  learningRate: 0.1,
  momentum: 0.8,
  whiteningBiasSteps: 2,
  biasLearningRate: 0.4,
  headLearningRate: 0.01,
} as const;

async function train(out: string, settings: Given): Promise<string> {
  await trainRun({ network: 'fastnet', settings: { ...small, ...settings } as object, data: mini, out }).result;
  return out;
}

describe.skipIf(!ort.available)('a run of the network of the speed records', { timeout: 240_000 }, () => {
  let run: string;
  beforeAll(async () => {
    run = await train(workspace('fastnet'), { maxSteps: 3, evalFreq: 3 });
  }, 240_000);

  it('leaves a complete folder: whitened filters, the recipe, the preprocessing and the arithmetic', async () => {
    expect((await metricsOf(run)).map(({ event, step }) => `${event} ${step}`)).toEqual([
      ...['train 1', 'eval 1', 'train 2', 'train 3', 'eval 3'],
    ]);
    expect(await listing(run)).toEqual(expect.arrayContaining(['config.json', 'curves.png', 'report.html']));
    const { settings, config } = await openRun(run);
    expect(settings).toMatchObject({ optimizer: 'muon', labelSmoothing: 0.2, alternateFlip: true, crop: 2 });
    expect(config.network).toMatchObject({ 'FLOP of a training step, per image': expect.any(Number) });
    const { model, values } = await loadModel(join(run, 'checkpoints', 'last'));
    expect(values).toMatchObject({
      kind: 'fastnet',
      config: { numClasses: 10, activation: 'gelu' },
      preprocessing: { kind: 'standardize', means: [0.49139968, 0.48215841, 0.44653091] },
    });
    const { data, shape } = model['whiten.weight']! as { data: Float32Array; shape: number[] };
    expect(shape).toEqual([24, 3, 2, 2]);
    expect(data.subarray(144)).toEqual(data.subarray(0, 144).map((value) => -value));
    expect(model['layers.1.norm1.weight']!.data.every((value) => value === 1)).toBe(true);
  });

  it.each<Given>([
    { activation: 'silu' },
    { whitening: false },
    { whiteningBiasSteps: 0 },
    { diracStart: false },
    { optimizer: 'sgd', learningRate: 0.01 },
    { labelSmoothing: 0 },
    { flip: false },
    { alternateFlip: false },
    { crop: 0 },
    { nesterov: false },
    { schedule: 'constant' },
    { biasLearningRate: 0.8 },
    { headLearningRate: 0.02 },
    { weightDecay: 0 },
    { accumulate: 2 },
  ])('has numbers of its own with %j', async (given) => {
    const variant = await train(workspace(JSON.stringify(given)), { maxSteps: 3, evalFreq: 3, ...given });
    expect((await openRun(variant)).settings).toMatchObject(given);
    const losses = async (folder: string) =>
      (await metricsOf(folder)).filter(({ event }) => event === 'train').map(({ loss }) => loss);
    expect(await losses(variant)).not.toEqual(await losses(run));
  });

  it('is evaluated as its last evaluation was, over views too, and predicts', async () => {
    const opened = await openRun(run, { data: mini });
    const last = (await metricsOf(run)).at(-1)!;
    const { accuracy, loss } = await opened.evaluate();
    expect(accuracy).toBe(last.accuracy);
    expect(loss).toBeCloseTo(last.loss, 6);
    const six = await opened.evaluate({ mirror: true, shift: true });
    expect(six).toMatchObject({ mirror: true, shift: true, leastSure: 1, count: 40 });
    const quarter = await opened.evaluate({ mirror: true, shift: true, leastSure: 0.25 });
    const losses = [loss, six.loss, quarter.loss, (await opened.evaluate({ mirror: true })).loss];
    expect(new Set(losses).size).toBe(4);
    await expect(opened.evaluate({ leastSure: 0.25 })).rejects.toThrow('none are asked for');
    await expect(opened.evaluate({ mirror: true, leastSure: 0 })).rejects.toThrow(
      'must be a number above 0 and up to 1',
    );
    const guesses = await opened.predict(join(run, 'curves.png'));
    expect(guesses.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
    await opened.close();
  });

  it('has a report with its first kernels', async () => {
    await writeReport([run], { data: mini });
    expect(await readFile(join(run, 'report.html'), 'utf8')).toContain('The 24 kernels of whiten');
  });

  it.skipIf(process.platform === 'win32')(
    'that is killed equals an unbroken one, over the end of an epoch',
    async () => {
      // An epoch of the mini dataset has five batches of 40, of which the second is mirrored the other way round.
      const settings = { ...small, batchSize: 40, maxSteps: 8, evalFreq: 4, whiteningBiasSteps: 6 } as const;
      const unbroken = await train(workspace('unbroken'), settings);
      const killed = workspace('killed');
      const options = { network: 'fastnet', settings, data: mini, out: killed };
      await trainAndKill(options, (step) => step === 4, 1);
      expect(await savedStep(killed)).toBe(4);
      for await (const event of resumeRun(killed, { data: mini })) expect(event.type).not.toBe('warning');
      await expectSameRun(killed, unbroken);
    },
  );
});
