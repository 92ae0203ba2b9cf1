// Images of one's own, with classes of one's own, in CIFAR-10's binary layout.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { writeOwnImages } from '../../../packages/experiment/test/support/own-images.js';
import { miniDataset, useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { callCli } from './support/cli.js';

const workspace = useWorkspace();
const colours = ['red', 'green', 'blue'];
const ownFlags = () => ['--data-dir', workspace('own'), '--allow-unverified'];
const trainFlags = ['--batch-size', '20', '--max-steps', '10', '--eval-freq', '10'];
const train = (...args: string[]) => callCli('train', ...args, ...ownFlags(), '--quiet');

beforeAll(async () => {
  await writeOwnImages(workspace('own'), colours);
  await writeOwnImages(workspace('brighter'), colours, 1);
  const red = sharp({ create: { width: 60, height: 40, channels: 3, background: '#d02020' } });
  await red.png().toFile(workspace('red.png'));
});

it('data shows the names and counts', async () => {
  const { stdout } = await callCli('data', ...ownFlags());
  expect(stdout).toMatch(
    /^images {3}45 for training, 9 for testing\n {2}red {4}15 \+ 3\n {2}green {2}15 \+ 3\n {2}blue /m,
  );
});

it('data says what of a folder of pictures is used', async () => {
  for (const [name, background] of [
    ['cats & dogs', '#d02020'],
    ['été', '#20d020'],
  ] as const) {
    await mkdir(workspace('pictures', name), { recursive: true });
    for (const width of [20, 30]) {
      const picture = sharp({ create: { width, height: 9, channels: 3, background } });
      await picture.jpeg().toFile(workspace('pictures', name, `${width}.JPG`));
    }
  }
  await writeFile(workspace('pictures', 'été', 'notes.txt'), 'mine');
  const { stdout, code } = await callCli('data', '--data-dir', workspace('pictures'), '--quiet');
  expect(code).toBe(0);
  expect(stdout.split('\n').slice(1)).toEqual([
    'scaled   to 32x32 pixels, whole, by Lanczos 3',
    expect.stringMatching(/^digest {3}[0-9a-f]{64}$/),
    'images   2 for training, 2 for testing',
    '  cats & dogs  1 + 1',
    '  été          1 + 1',
    'left out 1',
    '  été/notes.txt is not named like a picture',
    '',
  ]);
  const json = await callCli('data', '--data-dir', workspace('pictures'), '--json', '--quiet');
  expect(JSON.parse(json.stdout)).toMatchObject({ side: 32, skipped: [{ file: 'été/notes.txt', cause: 'name' }] });
});

it('--from is named where the weights do not fit', async () => {
  const first = workspace('first');
  expect(await train('mlp-ndarray', ...trainFlags, '--out', first)).toMatchObject({ code: 0 });
  const refused = await train('mlp', ...trainFlags, '--from', first, '--out', workspace('next'));
  expect(refused.stderr).toContain(`--from ${first} is a run of mlp-ndarray, not of mlp; give weights of the same`);
  expect(refused.code).toBe(2);
});

it('a run of them is evaluated and used by their names, and refuses others', async () => {
  const run = workspace('run');
  expect(await train('mlp-ndarray', ...trainFlags, '--out', run)).toMatchObject({ code: 0, stderr: '' });
  const { stdout, code } = await callCli('eval', run, ...ownFlags(), '--quiet');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^test accuracy 1\.0000, .* over 9 images at step 10\n {2}red {4}100\.0 % of 3\n {2}green/);
  const guesses = await callCli('predict', run, workspace('red.png'), '--json', '--top', '9');
  const ranked = JSON.parse(guesses.stdout).predictions as { class: string }[];
  expect(ranked[0]!.class).toBe('red');
  expect(ranked.map((guess) => guess.class).sort()).toEqual([...colours].sort());
  expect(await callCli('eval', run, '--data-dir', miniDataset, '--allow-unverified', '--quiet')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(
      `error: ${run} was trained on 3 classes (red, green, blue), and these images are of`,
    ),
  });
});

describe('other images of the same classes', () => {
  const run = () => workspace('digest');
  const otherFlags = () => ['--data-dir', workspace('brighter'), '--allow-unverified'];

  beforeAll(async () => {
    expect(await train('mlp-ndarray', ...trainFlags, '--out', run())).toMatchObject({ code: 0 });
  });

  it('are refused when the run goes on, which names the flag', async () => {
    const args = ['train', 'mlp-ndarray', '--resume', run(), '--max-steps', '12', ...otherFlags(), '--quiet'];
    expect(await callCli(...args)).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^error: .*digest was trained on other images \(content digest [0-9a-f]{16}…\) than these \([0-9a-f]{16}…\); give the run's own images with --data-dir\n$/,
      ),
    });
  });

  it('are evaluated with a warning, and what is written names them', async () => {
    const { stdout, stderr, code } = await callCli('eval', run(), ...otherFlags(), '--json');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: .* was trained on other images .*--data-dir$/m);
    const { dataDigest, runDataDigest } = JSON.parse(stdout);
    expect(dataDigest).not.toBe(runDataDigest);
    expect(JSON.parse(await readFile(join(run(), 'confusion-test.json'), 'utf8'))).toMatchObject({ dataDigest });
  });

  it('are left out of a report, which says so', async () => {
    const args = ['report', run(), ...otherFlags(), '--out', workspace('other.html')];
    expect((await callCli(...args)).stderr).toContain('was trained on other images (content digest ');
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
