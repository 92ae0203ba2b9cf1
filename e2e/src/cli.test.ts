import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { type Consumer, createConsumer, runFile } from './consumer.js';
import { root } from './root.js';
import { succeed } from './run.js';

const bin = 'node_modules/@cifarlab/cli/dist/bin.js';
const miniDataset = join(root, 'packages/cifar10/test/fixtures/cifar10-mini');
let consumer: Consumer;

beforeAll(async () => {
  // Every package, third-party ones too, comes through the one registry, as where only a private one can be reached.
  consumer = await createConsumer('cli', ['@cifarlab/cli'], true);
});

const cifarlab = async (...args: string[]) => {
  const loaded = await runFile(consumer, bin, args);
  const home = `${pathToFileURL(consumer.folder).href}/`;
  expect(loaded.files.filter((url) => !url.startsWith(home))).toEqual([]);
  return loaded.stdout;
};

test('npx cifarlab --help', async () => {
  const { stdout } = await succeed(['npx', '--no', '--', 'cifarlab', '--help'], consumer.folder);
  expect(stdout).toContain('Usage: cifarlab');
});

test('backends finds ONNX Runtime', async () => {
  const { backends } = JSON.parse(await cifarlab('backends', '--json', '--seconds', '0.05')) as {
    backends: { library: string; name: string; available: boolean }[];
  };
  const ort = backends.filter(({ name }) => name === 'ort');
  expect(ort.length).toBeGreaterThan(0);
  expect(
    ort.every(({ available }) => available),
    JSON.stringify(ort),
  ).toBe(true);
});

test.each(['mlp-ndarray', 'mlp'])('trains %s', async (network) => {
  const data = ['--data-dir', miniDataset, '--allow-unverified', '--batch-size', '60'];
  await cifarlab('train', network, ...data, '--max-steps', '6', '--eval-freq', '3', '--quiet', '--out', network);
  const lines = (await readFile(join(consumer.folder, network, 'metrics.jsonl'), 'utf8')).trim().split('\n');
  const losses = lines.map((line) => (JSON.parse(line) as { loss: number }).loss);
  expect(losses.length).toBeGreaterThan(6);
  expect(losses.every(Number.isFinite)).toBe(true);
  expect(await readFile(join(consumer.folder, network, 'curves.png'))).not.toHaveLength(0);
});

test('makes the practical as an exercise, whose tests the solutions pass', { timeout: 300_000 }, async () => {
  await cifarlab('practical', 'new', 'solved', '--solutions');
  const { stdout } = await succeed(['npm', 'test', '--offline'], join(consumer.folder, 'solved'));
  expect(stdout).toContain('9 of 9 questions pass.');
});
