// A training that starts from trained weights: those of a run, or of a file.
import { readFile, rm } from 'node:fs/promises';
import { startEngine } from '@cifarlab/engines';
import { RandomState } from '@cifarlab/numpy-random';
import { loadModel, readMetrics } from '@cifarlab/trainer/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportRun } from '../src/export.js';
import { type Network, networkOf, openRun, type RunEvent, resumeRun, trainRun, type Weights } from '../src/index.js';
import { settingsOf } from '../src/settings/settings-of.js';
import { writeOwnImages } from './support/own-images.js';
import { tinyFinetune, writeTinyWeights } from './support/tiny-finetune.js';
import { mini, useWorkspace } from './support/workspace.js';

const workspace = useWorkspace();
const own = () => ({ dataDir: workspace('own'), allowUnverified: true });
const lengths = { batchSize: 15, maxSteps: 2, evalFreq: 2 };

beforeAll(() => writeOwnImages(workspace('own'), ['red', 'green', 'blue']));

/** Trains a run, and collects what is told of its network. */
async function train(network: Network | string, out: string, settings: object, data: object) {
  const told: string[] = [];
  const stream = trainRun({ network, settings: settings as never, data, out: workspace(out) });
  for await (const event of stream as AsyncIterable<RunEvent>) {
    if (event.type === 'network') told.push(event.progress.message);
  }
  return told;
}
const modelOf = async (run: string, name = 'last') => (await loadModel(workspace(run, 'checkpoints', name))).model;
const configOf = async (run: string) => JSON.parse(await readFile(workspace(run, 'config.json'), 'utf8'));
const firstLoss = async (run: string) =>
  (await readMetrics(workspace(run, 'metrics.jsonl'))).find(({ event }) => event === 'eval')!.loss;

describe.each(['mlp-ndarray', 'mlp'])('%s', (network) => {
  const given = { ...lengths, dnnHiddenUnits: [6], init: 'he' };
  const from = () => workspace(`${network}-first`);
  beforeAll(() => train(network, `${network}-first`, { ...given, maxSteps: 6 }, own()));

  it('starts where the run has ended, and is continued without it', async () => {
    const out = `${network}-same`;
    // So small a rate changes nothing that can be seen.
    const told = await train(network, out, { ...given, from: from(), learningRate: 1e-12 }, own());
    expect(told).toContain(`weights : ${from()} (last, step 6)`);
    expect(told).toContain('last layer : taken with them');
    const [before, after] = [await modelOf(`${network}-first`), await modelOf(out)];
    for (const [name, { data }] of Object.entries(before)) {
      for (const [i, value] of data.entries()) expect(after[name]!.data[i], name).toBeCloseTo(Number(value), 5);
    }
    const { settings, network: facts } = await configOf(out);
    expect(settings.from).toBe(from());
    expect(facts).toMatchObject({
      'last layer': 'taken with them',
      'SHA-256 of the weights': expect.stringMatching(/^[0-9a-f]{64}$/),
    });

    const lost = await train(network, `${network}-lost`, given, own()).then(() => workspace(`${network}-lost`));
    await train(network, `${network}-next`, { ...given, from: lost }, own());
    await rm(lost, { recursive: true });
    await resumeRun(workspace(`${network}-next`), { data: own(), changes: { maxSteps: 4 } }).result;
    expect((await configOf(`${network}-next`)).network.weights).toContain(lost);
  });

  it('takes a new last layer for other classes', async () => {
    const out = `${network}-others`;
    const told = await train(network, out, { ...given, from: from(), learningRate: 1e-12 }, mini);
    expect(told).toContain('last layer : new, for 10 classes');
    const [before, after] = [await modelOf(`${network}-first`), await modelOf(out)];
    const names = Object.keys(after).filter((name) => name.endsWith('.weight'));
    expect(after[names.at(-1)!]!.shape).toEqual([10, 6]);
    expect(after[names[0]!]!.data[17]).toBeCloseTo(Number(before[names[0]!]!.data[17]), 5);
    const opened = await openRun(workspace(out), { data: mini });
    expect((await opened.evaluate()).classNames).toHaveLength(10);
    await opened.close();
  });

  it.each(['safetensors', 'state-dict'] as const)('starts from what export wrote as %s', async (format) => {
    const { files } = await exportRun(from(), { format, out: workspace(`${network}-${format}`) });
    const out = `${network}-from-${format}`;
    await train(network, out, { ...given, from: files[0], learningRate: 1e-12 }, own());
    const [before, after] = [await modelOf(`${network}-first`), await modelOf(out)];
    const [name, { data }] = Object.entries(before)[0]!;
    expect(after[name]!.data[5]).toBeCloseTo(Number(data[5]), 5);
  });

  it.each<[string, object, string]>([
    ['other layers', { dnnHiddenUnits: [7] }, 'does not fit this network ("'],
    ['a missing file', { from: 'nowhere.pth' }, 'The weights cannot be read'],
    ['another folder', { from: 'src' }, 'there is no config.json in src, so it is not a run'],
  ])('refuses %s, and leaves nothing', async (_, settings, message) => {
    const refused = train(network, 'refused', { ...given, from: from(), ...settings }, own());
    await expect(refused).rejects.toThrow(message);
    await expect(readFile(workspace('refused', 'config.json'))).rejects.toThrow('ENOENT');
  });
});

it('names the network of a run that is another', async () => {
  const from = workspace('mlp-first');
  await expect(train('mlp-ndarray', 'refused', { ...lengths, from }, own())).rejects.toMatchObject({
    ...{ name: 'SettingError', setting: 'from' },
    message: `from ${from} is a run of mlp, not of mlp-ndarray; give weights of the same network with the same layers`,
  });
});

describe('fine-tuning', { timeout: 240_000 }, () => {
  const given = {
    ...lengths,
    schedule: 'constant',
    resolution: 32,
    freezeStages: 0,
    learningRate: 1e-9,
    headLearningRate: 1e-9,
  };

  it('starts from a run of fine-tuning, whose licence goes with it', async () => {
    const weights = await writeTinyWeights(workspace('imagenet.safetensors'));
    await train(tinyFinetune, 'tuned', { ...given, weights, headLearningRate: 0.1, maxSteps: 4 }, own());
    const from = workspace('tuned');
    await train(tinyFinetune, 'tuned-again', { ...given, from }, own());
    await train(tinyFinetune, 'tuned-others', { ...given, from, headOnly: true, freezeStages: null }, mini);
    expect(await firstLoss('tuned-again')).toBeLessThan(1);
    // Zeros in the last layer.
    expect(await firstLoss('tuned-others')).toBeCloseTo(Math.log(10), 3);
    const { network, settings } = await configOf('tuned-again');
    expect(network).toMatchObject({ 'licence of the weights': 'not known', weights: `${from} (last, step 4)` });
    expect(settings).toMatchObject({ weights: null, from, batchNorm: 'frozen' });
  });

  it('does not start from two', async () => {
    const refused = train(tinyFinetune, 'refused', { ...given, from: 'a', weights: 'b' }, own());
    await expect(refused).rejects.toThrow('from a does not go with weights b; leave one of them out');
  });
});

describe.each(['convnet', 'fastnet'] as const)('%s', (name) => {
  it('keeps the trained layers, with a new last one', async () => {
    await startEngine({ family: 'tensorflow.js' });
    const network = networkOf(name) as Network;
    let made: Weights = {};
    const create = (classes: number, start: ((own: Weights) => Weights) | undefined) =>
      network.create({
        ...{ settings: settingsOf(network, { from: 'elsewhere' } as never), start, rng: new RandomState(1) },
        ...{ classNames: Array.from({ length: classes }, (_, i) => `${i}`), saved: undefined, cache: {} },
        ...{ data: { train: { numExamples: 10 } } as never, signal: new AbortController().signal, tell() {} },
      });
    const trained = (weights: Weights) =>
      Object.fromEntries(
        Object.entries(weights).map(([key, { shape, data }]) => [
          key,
          { shape, data: (data as Float32Array).map(() => 0.5) },
        ]),
      );
    const { mergeWeights } = await import('../src/networks/merge-weights.js');
    const trainee = await create(4, (own) => {
      made = mergeWeights(own, trained(own), false).weights;
      return made;
    });
    const { weights } = await trainee.save();
    trainee.dispose?.();
    const fresh = Object.keys(weights).filter((key) =>
      (weights[key]!.data as Float32Array).some((value) => value !== 0.5),
    );
    const matrices = Object.keys(weights).filter((key) => weights[key]!.shape.length === 2);
    expect(matrices).toHaveLength(1);
    expect(weights[matrices[0]!]!.shape[0]).toBe(4);
    expect(fresh.every((key) => key.startsWith(matrices[0]!.replace('weight', '')))).toBe(true);
    expect(fresh).toContain(matrices[0]);
  });
});
