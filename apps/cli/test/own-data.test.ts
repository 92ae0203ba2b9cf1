// Images of one's own, with classes of one's own, in CIFAR-10's binary layout.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { miniDataset, useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { callCli } from './support/cli.js';

const workspace = useWorkspace();
const colours = ['red', 'green', 'blue'];
const ownFlags = () => ['--data-dir', workspace('own'), '--allow-unverified'];
const trainFlags = ['--batch-size', '20', '--max-steps', '10', '--eval-freq', '10'];
const train = (...args: string[]) => callCli('train', ...args, ...ownFlags(), '--quiet');

/** Three images of each colour, of which each pixel is a shade. */
function batch(number: number, brighter = 0): Buffer {
  const images = Array.from({ length: 9 }, (_, i) => {
    const shade = Array.from({ length: 3072 }, (_, p) => (p * 7 + i * 5 + number * 11) % 60);
    const pixels = shade.map((value, p) => value + (Math.floor(p / 1024) === i % 3 ? 150 : 0) + brighter);
    return [i % 3, ...pixels];
  });
  return Buffer.from(images.flat());
}

async function writeData(folder: string, classNames: readonly string[], brighter = 0): Promise<void> {
  await mkdir(folder);
  const names = ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5', 'test_batch'];
  for (const [number, name] of names.entries()) await writeFile(join(folder, `${name}.bin`), batch(number, brighter));
  await writeFile(join(folder, 'batches.meta.txt'), classNames.join('\n'));
}

beforeAll(async () => {
  await writeData(workspace('own'), colours);
  await writeData(workspace('brighter'), colours, 1);
  await writeData(workspace('renamed'), ['rouge', 'vert', 'bleu']);
  for (const [name, colour] of Object.entries({ red: '#d02020', blue: '#2020d0' })) {
    const picture = sharp({ create: { width: 60, height: 40, channels: 3, background: colour } });
    await picture.png().toFile(workspace(`${name}.png`));
  }
});

it('data shows the names and counts', async () => {
  const { stdout } = await callCli('data', ...ownFlags());
  expect(stdout).toMatch(
    /^images {3}45 for training, 9 for testing\n {2}red {4}15 \+ 3\n {2}green {2}15 \+ 3\n {2}blue /m,
  );
});

describe.each(['mlp-ndarray', 'mlp'])('%s', (model) => {
  it('learns, is evaluated and predicts with as many classes as there are names', async () => {
    const run = workspace(model);
    expect(await train(model, ...trainFlags, '--out', run)).toMatchObject({ code: 0, stderr: '' });
    const { stdout, code } = await callCli('eval', run, ...ownFlags(), '--quiet');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^test accuracy 1\.0000, .* over 9 images at step 10\n {2}red {4}100\.0 % of 3\n {2}green/);
    const pictures = [workspace('red.png'), workspace('blue.png')];
    const { stdout: guesses } = await callCli('predict', run, ...pictures, '--json', '--top', '9');
    const ranked = guesses
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).predictions as { class: string }[]);
    expect(ranked.map(([first]) => first!.class)).toEqual(['red', 'blue']);
    expect(ranked.map((list) => list.map((guess) => guess.class).sort())).toEqual([
      [...colours].sort(),
      [...colours].sort(),
    ]);
  });

  it('goes on', async () => {
    const run = workspace(model);
    const flags = ['--resume', run, '--max-steps', '12'];
    expect(await train(model, ...flags)).toMatchObject({ code: 0, stdout: expect.stringContaining('at step 12') });
  });

  it.each([
    ['of other names', () => workspace('renamed'), '3 classes (rouge, vert, bleu)'],
    ['of another number', () => miniDataset, '10 classes (airplane, automobile, '],
  ])('refuses images of classes %s', async (_, folder, classes) => {
    const run = workspace(model);
    const flags = ['--data-dir', folder(), '--allow-unverified', '--quiet'];
    const refused = {
      code: 1,
      stderr: expect.stringContaining(
        `error: ${run} was trained on 3 classes (red, green, blue), and these images are of ${classes}`,
      ),
    };
    expect(await callCli('eval', run, ...flags)).toMatchObject(refused);
    expect(await callCli('train', model, '--resume', run, '--max-steps', '14', ...flags)).toMatchObject(refused);
  });

  it('is reported with its images, and without others', async () => {
    const run = workspace(model);
    const report = async (folder: string) => {
      const flags = ['--data-dir', folder, '--allow-unverified', '--out', workspace('report.html')];
      const { code, stderr } = await callCli('report', run, ...flags);
      expect(code).toBe(0);
      return { stderr, page: await readFile(workspace('report.html'), 'utf8') };
    };
    const right = await report(workspace('own'));
    expect(right.stderr).not.toContain('warning');
    for (const colour of colours) expect(right.page.includes(`>${colour}<`), colour).toBe(true);
    const wrong = await report(workspace('renamed'));
    expect(wrong.stderr).toContain('was trained on 3 classes (red, green, blue), and these images are of 3 classes');
  });
});

describe('other images of the same classes', () => {
  const run = () => workspace('digest');
  const otherFlags = () => ['--data-dir', workspace('brighter'), '--allow-unverified'];
  const config = () => join(run(), 'config.json');

  beforeAll(async () => {
    expect(await train('mlp-ndarray', ...trainFlags, '--out', run())).toMatchObject({ code: 0 });
  });

  it('are refused when the run goes on, which leaves it as it was', async () => {
    const before = await readFile(join(run(), 'metrics.jsonl'), 'utf8');
    const args = ['train', 'mlp-ndarray', '--resume', run(), '--max-steps', '12', ...otherFlags(), '--quiet'];
    expect(await callCli(...args)).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^error: .*digest was trained on other images \(content digest [0-9a-f]{16}…\) than these \([0-9a-f]{16}…\); give the run's own images with --data-dir\n$/,
      ),
    });
    expect(await readFile(join(run(), 'metrics.jsonl'), 'utf8')).toBe(before);
  });

  it('are evaluated with a warning, and the result names both digests', async () => {
    const { stdout, stderr, code } = await callCli('eval', run(), ...otherFlags(), '--json');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: .* was trained on other images .*--data-dir$/m);
    const { dataDigest, runDataDigest } = JSON.parse(stdout);
    expect(runDataDigest).toBe(JSON.parse(await readFile(config(), 'utf8')).data.digest);
    expect(dataDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(dataDigest).not.toBe(runDataDigest);
    expect(JSON.parse(await readFile(join(run(), 'confusion-test.json'), 'utf8'))).toMatchObject({ dataDigest });
  });

  it('are left out of a report, which says so', async () => {
    const args = ['report', run(), ...otherFlags(), '--out', workspace('other.html')];
    expect((await callCli(...args)).stderr).toContain('was trained on other images (content digest ');
  });

  it('the same images raise no warning', async () => {
    const { stderr, stdout } = await callCli('eval', run(), ...ownFlags(), '--json');
    expect(stderr).not.toContain('warning');
    const { dataDigest, runDataDigest } = JSON.parse(stdout);
    expect(dataDigest).toBe(runDataDigest);
  });

  it('a run that does not say what it was trained on is used as before', async () => {
    const recorded = await readFile(config(), 'utf8');
    const { data, ...rest } = JSON.parse(recorded);
    await writeFile(config(), JSON.stringify({ ...rest, data: { ...data, digest: undefined } }));
    const { stderr, code } = await callCli('eval', run(), ...otherFlags());
    await writeFile(config(), recorded);
    expect(code).toBe(0);
    expect(stderr).not.toContain('warning');
  });
});

describe.each([['data'], ['eval', 'run'], ['report', 'run'], ['train', 'mlp']])('%s', (...command) => {
  it.each(['', '  '])('--data-dir %j is wrong usage', async (blank) => {
    expect(await callCli(...command, '--data-dir', blank)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('It must not be empty.'),
    });
  });
});

it('an empty CIFARLAB_CACHE_DIR is wrong usage', async () => {
  const { CIFARLAB_CACHE_DIR } = process.env;
  vi.stubEnv('CIFARLAB_CACHE_DIR', '');
  const outcome = await callCli('data');
  vi.stubEnv('CIFARLAB_CACHE_DIR', CIFARLAB_CACHE_DIR);
  expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('CIFARLAB_CACHE_DIR is ""') });
});
