// The packages in other runtimes than Node: the same program prints the same.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type Consumer, createConsumer } from './consumer.js';
import { root } from './root.js';
import { succeed } from './run.js';
import { withTool } from './with-tool.js';

const environment = { CIFARLAB_OFFLINE: '1' };
const dataDir = join(root, 'packages/cifar10/test/fixtures/cifar10-mini');

const program = (packages: readonly string[]) => `
  import { mkdtempSync } from 'node:fs';
  import { tmpdir } from 'node:os';
  import { join } from 'node:path';
  import { curvesFromEvents, renderCurves } from '@cifarlab/plots';
  import { renderPng } from '@cifarlab/plots/node';
  import { networks, openRun, trainRun } from '@cifarlab/experiment';

  for (const name of ${JSON.stringify(packages)}) await import(name);
  const events = [1, 2].map((step) => ({ event: 'train', step, loss: 3 - step }));
  console.log((await renderPng(await renderCurves(curvesFromEvents(events, 'run')))).length);

  const data = { dataDir: ${JSON.stringify(dataDir)}, allowUnverified: true };
  const settings = { batchSize: 50, maxSteps: 4, evalFreq: 4 };
  for (const network of ['mlp-ndarray', 'mlp']) {
    const out = join(mkdtempSync(join(tmpdir(), 'runtimes-')), 'run');
    const { test } = await trainRun({ network, data, settings, out, engine: { threads: 2 } }).result;
    const run = await openRun(out, { data, engine: { threads: 2 } });
    console.log(network, run.config.engine.name, test.loss, (await run.evaluate()).accuracy);
    await run.close();
  }
`;

let consumer: Consumer;
let wanted: string;
beforeAll(async () => {
  const folders = await readdir(join(root, 'packages'));
  const manifests = await Promise.all(
    folders.map(async (name) => JSON.parse(await readFile(join(root, 'packages', name, 'package.json'), 'utf8'))),
  );
  const packages = manifests
    .filter((manifest) => !manifest.private && manifest.exports?.['.'] !== undefined && manifest.os === undefined)
    .map(({ name }) => name as string)
    .filter((name) => !name.endsWith('-weights'));
  consumer = await createConsumer('runtimes', [
    ...packages,
    '@tensorflow/tfjs-core@4.22.0',
    '@tensorflow/tfjs-layers@4.22.0',
  ]);
  await writeFile(join(consumer.folder, 'program.mjs'), program(packages));
  wanted = (await succeed([process.execPath, 'program.mjs'], consumer.folder, environment)).stdout;
});

test('Node', () => {
  expect(wanted).toMatch(/^\d{4,}\nmlp-ndarray gemm ort \d\.\d+ .*\nmlp tfjs ort \d\.\d+ .*\n$/);
});

withTool('bun', environment, (bun) => {
  test('prints what Node prints', async () => {
    expect(await bun(consumer.folder, 'program.mjs')).toBe(wanted);
  });
});

withTool('deno', environment, (deno) => {
  test('prints what Node prints', async () => {
    expect(await deno(consumer.folder, 'run', '--quiet', '--allow-all', 'program.mjs')).toBe(wanted);
  });
});
