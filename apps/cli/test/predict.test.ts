import { loadCifar10 } from '@cifarlab/cifar10';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { callCli, miniDataset, miniFlags } from './support/cli.js';
import { useWorkspace } from './support/workspace.js';

const workspace = useWorkspace();
const pictures: { path: string; class: number }[] = [];
let classNames: readonly string[];

beforeAll(async () => {
  const data = await loadCifar10({ dataDir: miniDataset, allowUnverified: true });
  classNames = data.classNames;
  for (const { images, classes } of data.test.batches(1)) {
    const rgb = Buffer.alloc(3072);
    for (let i = 0; i < 3072; i++) rgb[(i % 1024) * 3 + (i >> 10)] = Math.round(images.data[i]! + data.meanImage[i]!);
    const path = workspace(`${pictures.length}.png`);
    await sharp(rgb, { raw: { width: 32, height: 32, channels: 3 } }).toFile(path);
    pictures.push({ path, class: classes[0]! });
  }
});

describe.each([
  ['the mean image subtracted', ['--learning-rate', '1e-4']],
  ['--standardize', ['--standardize', '--learning-rate', '0.1']],
  ['--dtype float32 and batch normalisation', ['--dtype', 'float32', '--norm', 'batch']],
])('predict after training with %s', (name, flags) => {
  it('sees in pictures of the test images what eval sees in the dataset', async () => {
    const run = workspace(name);
    const settings = [...flags, '--init', 'he', '--dnn-hidden-units', '8', '--max-steps', '10', '--quiet'];
    expect((await callCli('train', 'mlp-ndarray', ...miniFlags, ...settings, '--out', run)).code).toBe(0);
    const predicted = await callCli('predict', run, ...pictures.map(({ path }) => path), '--top', '10', '--json');
    const confusion = classNames.map(() => classNames.map(() => 0));
    let loss = 0;
    predicted.stdout
      .trimEnd()
      .split('\n')
      .forEach((line, index) => {
        const { predictions } = JSON.parse(line) as { predictions: { class: string; probability: number }[] };
        const truth = pictures[index]!.class;
        confusion[truth]![classNames.indexOf(predictions[0]!.class)]! += 1;
        loss -= Math.log(predictions.find((guess) => guess.class === classNames[truth])!.probability);
      });
    const evaluated = JSON.parse((await callCli('eval', run, ...miniFlags.slice(0, 3), '--json')).stdout);
    expect(evaluated.confusion).toEqual(confusion);
    expect(evaluated.loss).toBeCloseTo(loss / pictures.length, 5);
    const used = new Set(confusion.flatMap((row) => row.flatMap((count, guess) => (count > 0 ? [guess] : []))));
    expect(used.size).toBeGreaterThan(1);
  });
});
