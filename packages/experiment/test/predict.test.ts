import { loadCifar10 } from '@cifarlab/cifar10';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodePicture, openRun, trainRun } from '../src/index.js';
import { mini, useWorkspace } from './support/workspace.js';

interface Picture {
  path: string;
  mirrored: string;
  class: number;
}

const workspace = useWorkspace();
const pictures: Picture[] = [];
let classNames: readonly string[];

beforeAll(async () => {
  const data = await loadCifar10(mini);
  classNames = data.classNames;
  for (const { images, classes } of data.test.batches(1)) {
    const rgb = Buffer.alloc(3072);
    for (let i = 0; i < 3072; i++) rgb[(i % 1024) * 3 + (i >> 10)] = Math.round(images.data[i]! + data.meanImage[i]!);
    const [path, mirrored] = [`${pictures.length}.png`, `${pictures.length}-mirrored.png`].map((file) =>
      workspace(file),
    ) as [string, string];
    const picture = sharp(rgb, { raw: { width: 32, height: 32, channels: 3 } });
    await picture.toFile(path);
    await picture.flop().toFile(mirrored);
    pictures.push({ path, mirrored, class: classes[0]! });
  }
});

async function train(network: string, name: string, given: object): Promise<string> {
  const settings = { batchSize: 60, maxSteps: 10, evalFreq: 10, ...given };
  await trainRun({ network, settings, data: mini, out: workspace(name) }).result;
  return workspace(name);
}

/** Returns the logarithms of the classes' probabilities for each picture. */
async function predict(run: string, paths: readonly string[]): Promise<number[][]> {
  const opened = await openRun(run);
  const logits: number[][] = [];
  for (const path of paths) {
    const guesses = await opened.predict(path);
    logits.push(classNames.map((name) => Math.log(guesses.find((guess) => guess.class === name)!.probability)));
  }
  await opened.close();
  return logits;
}

it('classifies many pictures at a time as it does one', async () => {
  for (const [network, given] of [
    ['mlp-ndarray', {}],
    ['mlp', { maxSteps: 1, evalFreq: 1 }],
  ] as const) {
    const opened = await openRun(await train(network, `many-${network}`, given));
    const { classNames, side, step, probabilities } = await opened.classifier();
    expect([classNames.length, side, step]).toEqual([10, 32, network === 'mlp' ? 1 : 10]);
    const some = pictures.slice(0, 5).map(({ path }) => path);
    const decoded = await Promise.all(some.map(async (path) => (await decodePicture(path)).pixels));
    const rows = await probabilities(decoded);
    for (const [i, path] of some.entries()) {
      const guesses = new Map((await opened.predict(path)).map((guess) => [guess.class, guess.probability]));
      rows[i]!.forEach((probability, k) => {
        expect(probability).toBeCloseTo(guesses.get(classNames[k]!)!, 5);
      });
    }
    await expect(probabilities([new Uint8Array(5)])).rejects.toThrow('An image of 5 bytes');
    await opened.close();
  }
});

/** Computes the confusion matrix and the loss that an evaluation must find for these logits of the pictures. */
function expectedOf(logits: readonly number[][]) {
  const confusion = classNames.map(() => classNames.map(() => 0));
  let loss = 0;
  logits.forEach((row, index) => {
    const truth = pictures[index]!.class;
    confusion[truth]![row.indexOf(Math.max(...row))]! += 1;
    loss += Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0)) - row[truth]!;
  });
  return { confusion, loss: loss / logits.length };
}

async function evaluate(run: string, options: { mirror?: boolean } = {}) {
  const opened = await openRun(run, { data: mini });
  const evaluation = await opened.evaluate(options);
  await opened.close();
  return evaluation;
}

const mlp = { init: 'he', dnnHiddenUnits: [8] };

describe.each<[string, string, object]>([
  ['mlp-ndarray', 'the mean image subtracted', { learningRate: 1e-4 }],
  ['mlp-ndarray', 'standardised images', { standardize: true, learningRate: 0.1 }],
  ['mlp-ndarray', 'float32 and batch normalisation', { dtype: 'float32', norm: 'batch' }],
  ['mlp', 'the mean image subtracted, layer normalisation and dropout', { norm: 'layer', dropout: 0.5 }],
  ['mlp', 'standardised images and batch normalisation', { standardize: true, norm: 'batch' }],
])('predict with %s after training with %s', (network, name, given) => {
  it('sees in pictures of the test images what evaluate sees in the dataset', async () => {
    const run = await train(network, `${network} ${name}`, { ...mlp, ...given });
    const expected = expectedOf(
      await predict(
        run,
        pictures.map(({ path }) => path),
      ),
    );
    const evaluated = await evaluate(run);
    expect(evaluated.confusion).toEqual(expected.confusion);
    expect(evaluated.loss).toBeCloseTo(expected.loss, 5);
    const used = new Set(evaluated.confusion.flatMap((row) => row.flatMap((n, guess) => (n > 0 ? [guess] : []))));
    expect(used.size).toBeGreaterThan(1);
  });
});

describe('evaluate with mirror', () => {
  it('averages the logits of each image and of its mirror image', async () => {
    // The mean image is not a mirror image of itself; the means of the channels are the same on both sides.
    const run = await train('mlp', 'mirror', { ...mlp, standardize: true });
    const [plain, mirrored] = await Promise.all(
      [pictures.map(({ path }) => path), pictures.map((picture) => picture.mirrored)].map((paths) =>
        predict(run, paths),
      ),
    );
    const expected = expectedOf(plain!.map((row, i) => row.map((logit, j) => (logit + mirrored![i]![j]!) / 2)));
    const evaluated = await evaluate(run, { mirror: true });
    expect(evaluated.mirror).toBe(true);
    expect(evaluated.confusion).toEqual(expected.confusion);
    expect(evaluated.loss).toBeCloseTo(expected.loss, 5);
    expect(Math.abs(evaluated.loss - (await evaluate(run)).loss)).toBeGreaterThan(1e-3);
  });
});
