import { readFile, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { listing, miniDataset, useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { main } from '../src/main.js';
import { callCli, miniFlags } from './support/cli.js';
import { readLines } from './support/read-lines.js';

const workspace = useWorkspace();
const dataFlags = ['--data-dir', miniDataset, '--allow-unverified'];

beforeAll(async () => {
  const steps = ['--max-steps', '20', '--eval-freq', '5', '--quiet', '--out'];
  const first = await callCli('train', 'mlp-ndarray', ...miniFlags, ...steps, workspace('first'));
  const second = await callCli('train', 'mlp-ndarray', ...miniFlags, '--init', 'he', ...steps, workspace('second'));
  const validation = ['--validation-size', '40'];
  const tfjs = await callCli('train', 'mlp', ...miniFlags, ...validation, ...steps, workspace('tfjs'));
  expect([first, second, tfjs].map(({ code, stderr }) => ({ code, stderr }))).toEqual([
    { code: 0, stderr: '' },
    { code: 0, stderr: '' },
    { code: 0, stderr: '' },
  ]);
});

describe('eval', () => {
  it.each(['first', 'tfjs'])(
    'repeats the last evaluation of the run "%s" and writes the confusion matrix',
    async (run) => {
      const { code, stdout } = await callCli('eval', workspace(run), ...dataFlags, '--checkpoint', 'last', '--json');
      expect(code).toBe(0);
      const result = JSON.parse(stdout) as { loss: number; accuracy: number; count: number; confusion: number[][] };
      const last = (await readLines(workspace(run))).at(-1)!;
      expect(result.accuracy).toBe(last.accuracy);
      expect(result.loss).toBeCloseTo(last.loss, 12);
      const { confusion, count } = result;
      expect(confusion.flat().reduce((sum, value) => sum + value, 0)).toBe(count);
      expect(confusion.reduce((sum, row, index) => sum + row[index]!, 0) / count).toBeCloseTo(last.accuracy, 12);
      expect(await listing(workspace(run))).toEqual(
        expect.arrayContaining(['confusion-test.json', 'confusion-test.png', 'confusion-test.svg']),
      );
    },
  );

  it('prints accuracies by class', async () => {
    const { code, stdout } = await callCli('eval', workspace('first'), ...dataFlags, '--split', 'train');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^train accuracy 0\.\d{4}, loss \d\.\d{4} over 200 images at step 20$/m);
    expect(stdout).toMatch(/^ {2}airplane +\d+\.\d % of \d+$/m);
  });

  it('says on stderr what computes, and nothing with --quiet', async () => {
    const told = await callCli('eval', workspace('tfjs'), ...dataFlags, '--backend', 'cpu');
    expect(told.stderr).toMatch(/^backend : cpu \(tfjs-backend-cpu .*\)\nthreads : 1\n$/);
    const quiet = await callCli('eval', workspace('tfjs'), ...dataFlags, '--backend', 'cpu', '--quiet');
    expect(quiet).toEqual({ code: 0, stdout: told.stdout, stderr: '' });
  });

  it('splits the images of a network in TensorFlow.js as its run did', async () => {
    const evaluate = async (split: string) =>
      JSON.parse((await callCli('eval', workspace('tfjs'), ...dataFlags, '--split', split, '--json')).stdout);
    const validation = await evaluate('validation');
    expect(validation).toMatchObject({ count: 40, split: 'validation', mirror: false });
    const recorded = (await readLines(workspace('tfjs'))).find(
      ({ split, step }) => split === 'validation' && step === validation.step,
    )!;
    expect(validation.accuracy).toBe(recorded.accuracy);
    expect(validation.loss).toBeCloseTo(recorded.loss, 6);
    expect((await evaluate('train')).count).toBe(160);
  });

  it('computes mlp-ndarray with the engine that is asked for', async () => {
    const told = await callCli('eval', workspace('first'), ...dataFlags, '--backend', 'wasm', '--threads', '1');
    expect(told.code).toBe(0);
    expect(told.stderr).toMatch(/^backend : wasm \(WebAssembly SIMD\)$/m);
  });

  it.each([
    [
      'first',
      ['--backend', 'tfjs-node'],
      /--backend tfjs-node is for networks in TensorFlow\.js, .* auto, ort, wasm, cpu/,
    ],
    [
      'first',
      ['--mirror'],
      /--mirror is for networks in TensorFlow\.js \(mlp, convnet, fastnet, finetune\); this one is mlp-ndarray/,
    ],
    ['tfjs', ['--backend', 'quantum'], /'quantum' is invalid\. It must be one of auto, ort, /],
    ['tfjs', ['--backend', 'cpu', '--threads', '2'], /--threads 2 has no meaning for --backend cpu/],
  ])('of the run "%s" refuses %j', async (run, flags, message) => {
    const { code, stdout, stderr } = await callCli('eval', workspace(run), ...dataFlags, ...flags, '--quiet');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('refuses a split without images', async () => {
    const { code, stderr } = await callCli('eval', workspace('first'), ...dataFlags, '--split', 'validation');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: --split validation is empty .* use --split test$/m);
  });
});

describe('eval of a run with validation images', () => {
  let best: number;
  beforeAll(async () => {
    const flags = ['--validation-size', '40', '--learning-rate', '0.3', '--momentum', '0.9', '--max-steps', '12'];
    const args = [...miniFlags, ...flags, '--eval-freq', '2', '--quiet', '--json', '--out', workspace('held-out')];
    ({
      best: { step: best },
    } = JSON.parse((await callCli('train', 'mlp-ndarray', ...args)).stdout));
    expect(best).toBeLessThan(12);
  });
  const evaluate = async (...flags: string[]) =>
    JSON.parse((await callCli('eval', workspace('held-out'), ...dataFlags, '--json', ...flags)).stdout);

  it('takes the best checkpoint unless told otherwise', async () => {
    expect((await evaluate()).step).toBe(best);
    expect((await evaluate('--checkpoint', 'best')).step).toBe(best);
    expect((await evaluate('--checkpoint', 'last')).step).toBe(12);
  });

  it('splits as the run did', async () => {
    expect((await evaluate('--split', 'validation')).count).toBe(40);
    expect((await evaluate('--split', 'train')).count).toBe(160);
  });
});

describe.each(['first', 'tfjs'])('predict with the run "%s"', (run) => {
  beforeAll(async () => {
    const background = { r: 90, g: 140, b: 220 };
    await sharp({ create: { width: 50, height: 40, channels: 3, background } })
      .png()
      .toFile(workspace('sky.png'));
  });

  it('classifies a picture without the dataset', async () => {
    const { code, stdout, stderr } = await callCli('predict', workspace(run), workspace('sky.png'), '--top', '2');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^.*sky\.png: [a-z]+ \d+\.\d %, [a-z]+ \d+\.\d %\n$/);
  });

  it('gives probabilities of all classes that add up to one', async () => {
    const { stdout } = await callCli('predict', workspace(run), workspace('sky.png'), '--top', '10', '--json');
    const { predictions } = JSON.parse(stdout) as { predictions: { class: string; probability: number }[] };
    expect(new Set(predictions.map((guess) => guess.class)).size).toBe(10);
    expect(predictions.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 6);
    const order = predictions.map(({ probability }) => probability);
    expect(order).toEqual(order.toSorted((a, b) => b - a));
  });
});

it('predict names every picture that cannot be read, and answers for none', async () => {
  const bad = [workspace('missing.png'), workspace('first')];
  const picture = workspace('first', 'curves.png');
  const { code, stdout, stderr } = await callCli('predict', workspace('first'), bad[0]!, picture, bad[1]!);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.trimEnd().split('\n')).toEqual([
    `error: ${bad[0]} does not exist; check the path`,
    expect.stringContaining(`error: ${bad[1]} is a folder where a file is expected;`),
  ]);
});

describe('data', () => {
  it('says what the images are and that they are not the published ones', async () => {
    const { code, stdout } = await callCli('data', ...dataFlags);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^verified no/m);
    expect(stdout).toMatch(/^ {2}data_batch_1 +40 images {2}sha256 [0-9a-f]{64}$/m);
    expect(stdout).toMatch(/^images {3}200 for training, 40 for testing$/m);
  });

  it('gives the same as JSON', async () => {
    const { stdout } = await callCli('data', ...dataFlags, '--json', '--quiet');
    const description = JSON.parse(stdout) as { batches: { name: string; sha256: string }[] };
    expect(description).toMatchObject({ verified: false, counts: { train: 200, test: 40 } });
    expect(description.batches).toHaveLength(6);
    expect(new Set(description.batches.map(({ sha256 }) => sha256)).size).toBe(6);
  });
});

describe('warnings about the dataset', () => {
  beforeAll(async () => {
    await writeFile(workspace('no-folder'), '');
    vi.stubEnv('CIFARLAB_CACHE_DIR', workspace('no-folder'));
    return () => vi.stubEnv('CIFARLAB_CACHE_DIR', workspace('cache'));
  });

  it.each([
    ['data', () => ['data']],
    ['eval', () => ['eval', workspace('first')]],
    ['train', () => ['train', 'mlp-ndarray', '--out', workspace('none')]],
  ])('%s prints them unless it is quiet', async (_, args) => {
    const told = await callCli(...args());
    expect(told.stderr).toMatch(/^warning: The cache is not usable: /m);
    const quiet = await callCli(...args(), '--quiet');
    expect(quiet.stderr).toMatch(/^error: CIFAR-10 was found nowhere\..*\n$/);
  });
});

describe('plot and report', () => {
  it('draws in a terminal too, unless it is quiet', async () => {
    const draw = async (...flags: string[]) => {
      let stdout = '';
      const stream = { write: (text: string) => (stdout += text), isTTY: true, columns: 60 };
      expect(await main(['plot', workspace('first'), ...flags], { stdout: stream, stderr: stream })).toBe(0);
      return stdout;
    };
    expect(await draw()).toContain('first: accuracy');
    expect(await draw('--quiet')).not.toContain('first: accuracy');
  });

  it('puts several runs on one chart', async () => {
    const runs = [workspace('first'), workspace('second')];
    const { code, stdout } = await callCli('plot', ...runs, '--out', workspace('charts'));
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `${workspace('charts', 'curves.svg')}\n${workspace('charts', 'curves.png')}\n`,
    });
    const svg = await readFile(workspace('charts', 'curves.svg'), 'utf8');
    expect(svg).toContain('first');
    expect(svg).toContain('second');
    expect((await sharp(workspace('charts', 'curves.png')).metadata()).format).toBe('png');
  });

  it('compares several runs on one page', async () => {
    const page = workspace('pages', 'both.html');
    const { code, stdout } = await callCli('report', workspace('first'), workspace('second'), '--out', page);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${page}\n` });
    const html = await readFile(page, 'utf8');
    expect(html).toContain('Comparison of 2 runs');
    expect(html).not.toMatch(/(?:src|href)\s*=\s*["']?\s*(?:https?:)?\/\//i);
  });
});
