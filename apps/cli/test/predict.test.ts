import { loadCifar10 } from '@cifarlab/cifar10';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { callCli, miniDataset, miniFlags } from './support/cli.js';
import { useWorkspace } from './support/workspace.js';

interface Picture {
  path: string;
  mirrored: string;
  class: number;
}

const workspace = useWorkspace();
const pictures: Picture[] = [];
let classNames: readonly string[];

beforeAll(async () => {
  const data = await loadCifar10({ dataDir: miniDataset, allowUnverified: true });
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

async function train(model: string, name: string, flags: readonly string[]): Promise<string> {
  const run = workspace(name);
  const args = ['train', model, ...miniFlags, ...flags, '--max-steps', '10', '--eval-freq', '10', '--quiet'];
  expect((await callCli(...args, '--out', run)).code).toBe(0);
  return run;
}

/** The logarithms of the classes' probabilities for each picture. */
async function predict(run: string, paths: readonly string[]): Promise<number[][]> {
  const { stdout } = await callCli('predict', run, ...paths, '--top', '10', '--json');
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { predictions } = JSON.parse(line) as { predictions: { class: string; probability: number }[] };
      return classNames.map((name) => Math.log(predictions.find((guess) => guess.class === name)!.probability));
    });
}

/** What `eval` must find when these are the networks' outputs for the pictures. */
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

async function evaluate(run: string, ...flags: string[]) {
  return JSON.parse((await callCli('eval', run, ...miniFlags.slice(0, 3), '--json', ...flags)).stdout);
}

const mlp = ['--init', 'he', '--dnn-hidden-units', '8'];

describe.each([
  ['mlp-ndarray', 'the mean image subtracted', [...mlp, '--learning-rate', '1e-4']],
  ['mlp-ndarray', '--standardize', [...mlp, '--standardize', '--learning-rate', '0.1']],
  ['mlp-ndarray', '--dtype float32 and batch normalisation', [...mlp, '--dtype', 'float32', '--norm', 'batch']],
  [
    'mlp',
    'the mean image subtracted, layer normalisation and dropout',
    [...mlp, '--norm', 'layer', '--dropout', '0.5'],
  ],
  ['mlp', '--standardize and batch normalisation', [...mlp, '--standardize', '--norm', 'batch']],
])('predict with %s after training with %s', (model, name, flags) => {
  it('sees in pictures of the test images what eval sees in the dataset', async () => {
    const run = await train(model, `${model} ${name}`, flags);
    const expected = expectedOf(
      await predict(
        run,
        pictures.map(({ path }) => path),
      ),
    );
    const evaluated = await evaluate(run);
    expect(evaluated.confusion).toEqual(expected.confusion);
    expect(evaluated.loss).toBeCloseTo(expected.loss, 5);
    const used = new Set(
      evaluated.confusion.flatMap((row: number[]) => row.flatMap((n, guess) => (n > 0 ? [guess] : []))),
    );
    expect(used.size).toBeGreaterThan(1);
  });
});

describe('eval --mirror', () => {
  it('averages the logits of each image and of its mirror image', async () => {
    // The mean image is no mirror image of itself; the means of the channels are the same on both sides.
    const run = await train('mlp', 'mirror', [...mlp, '--standardize']);
    const [plain, mirrored] = await Promise.all([
      predict(
        run,
        pictures.map(({ path }) => path),
      ),
      predict(
        run,
        pictures.map((picture) => picture.mirrored),
      ),
    ]);
    const expected = expectedOf(plain.map((row, i) => row.map((logit, j) => (logit + mirrored[i]![j]!) / 2)));
    const evaluated = await evaluate(run, '--mirror');
    expect(evaluated.mirror).toBe(true);
    expect(evaluated.confusion).toEqual(expected.confusion);
    expect(evaluated.loss).toBeCloseTo(expected.loss, 5);
    expect(Math.abs(evaluated.loss - (await evaluate(run)).loss)).toBeGreaterThan(1e-3);
  });
});

describe('predict', () => {
  it('names every picture that cannot be read, and answers for none', async () => {
    const run = await train('mlp-ndarray', 'some', mlp);
    const bad = [workspace('missing.png'), workspace('some')];
    const { code, stdout, stderr } = await callCli('predict', run, bad[0]!, pictures[0]!.path, bad[1]!);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toEqual([
      `error: ${bad[0]} does not exist; check the path`,
      expect.stringContaining(`error: ${bad[1]} is a folder where a file is expected;`),
    ]);
  });
});
