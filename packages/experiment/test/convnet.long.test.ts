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

// The network has its full size: a step takes 0.1 s on a machine with nothing else to do, and a checkpoint 180 MB.
async function train(out: string, settings: GivenSettings<NetworkOf<'convnet'>>): Promise<string> {
  await trainRun({ network: 'convnet', settings: { batchSize: 8, ...settings } as object, data: mini, out }).result;
  return out;
}

describe('a run of the ConvNet', { timeout: 240_000 }, () => {
  let run: string;
  beforeAll(async () => {
    run = await train(workspace('convnet'), { maxSteps: 2, evalFreq: 2 });
  }, 240_000);

  it('leaves a complete folder, with the weights of Figure 5', async () => {
    expect((await metricsOf(run)).map(({ event, step }) => `${event} ${step}`)).toEqual([
      ...['train 1', 'eval 1', 'train 2', 'eval 2'],
    ]);
    expect(await listing(run)).toEqual(expect.arrayContaining(['config.json', 'curves.png', 'report.html']));
    const { settings } = await openRun(run);
    expect(settings).toMatchObject({ preset: 'course', optimizer: 'adam', batchSize: 8, flip: false });
    const { model, values } = await loadModel(join(run, 'checkpoints', 'last'));
    expect(values).toMatchObject({ kind: 'convnet', config: { numClasses: 10, seed: 42 } });
    expect(model['PreAct2_a.conv.weight']!.shape).toEqual([128, 128, 3, 3]);
    expect(model['linear.weight']!.shape).toEqual([10, 512]);
  });

  it.each<GivenSettings<NetworkOf<'convnet'>>>([
    { seed: 7 },
    { flip: true, crop: 4 },
    { optimizer: 'sgd', labelSmoothing: 0.1 },
    { optimizer: 'muon', learningRate: 0.05, momentum: 0.6, sgdLearningRate: 0.01, labelSmoothing: 0.1 },
  ])('has numbers of its own with %j', async (given) => {
    const variant = await train(workspace(JSON.stringify(given)), { maxSteps: 1, ...given });
    expect((await openRun(variant)).settings).toMatchObject(given);
    const firstStep = async (folder: string) => (await metricsOf(folder)).filter(({ step }) => step === 1);
    const [ours, theirs] = [await firstStep(variant), await firstStep(run)];
    expect(ours).toHaveLength(2);
    ours.forEach(({ loss }, index) => {
      expect(loss).not.toBe(theirs[index]!.loss);
    });
  });

  it('is evaluated as its last evaluation was, on the average of two views too, and predicts', async () => {
    const opened = await openRun(run, { data: mini });
    const last = (await metricsOf(run)).at(-1)!;
    const { accuracy, loss, count, confusion } = await opened.evaluate();
    expect(accuracy).toBe(last.accuracy);
    expect(loss).toBeCloseTo(last.loss, 6);
    expect(confusion.flat().reduce((sum, value) => sum + value, 0)).toBe(count);
    const mirrored = await opened.evaluate({ mirror: true });
    expect(mirrored).toMatchObject({ mirror: true, split: 'test', count: 40 });
    expect(mirrored.loss).not.toBeCloseTo(last.loss, 3);
    const guesses = await opened.predict(join(run, 'curves.png'));
    expect(new Set(guesses.map((guess) => guess.class)).size).toBe(10);
    expect(guesses.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
    await opened.close();
  });

  it('has a report with its first kernels and its predictions once it is asked for', async () => {
    const page = join(run, 'report.html');
    expect(await readFile(page, 'utf8')).toContain('They come with: writeReport([');
    expect(await writeReport([run], { data: mini })).toBe(page);
    const html = await readFile(page, 'utf8');
    expect(html).toContain('The 64 kernels of conv0');
    expect(html).toContain('On 40 test images, the network of step 2 has an accuracy of');
  });

  it.skipIf(process.platform === 'win32')(
    'that is killed equals an unbroken one, augmentation included',
    async (context) => {
      if (!ort.available) return context.skip(ort.reason);
      const settings = { preset: 'strong', batchSize: 8, accumulate: 2, maxSteps: 6, evalFreq: 3 } as const;
      const unbroken = await train(workspace('unbroken'), settings);
      const killed = workspace('killed');
      const options = { network: 'convnet', settings, data: mini, out: killed };
      await trainAndKill(options, (step) => step === 3, 1);
      expect(await savedStep(killed)).toBe(3);
      expect((await metricsOf(killed)).at(-1)!.step).toBeGreaterThan(3);
      for await (const event of resumeRun(killed, { data: mini })) expect(event.type).not.toBe('warning');
      await expectSameRun(killed, unbroken);
    },
  );
});
