import '@tensorflow/tfjs-backend-cpu';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { History } from '@cifarlab/trainer';
import { setBackend } from '@tensorflow/tfjs-core';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHROMIUM, CHROMIUM_FLAGS, NO_CHROMIUM } from '../../../scripts/lib/find-chromium.mjs';
import { buildPage } from '../build.mjs';
import { serve } from '../serve.mjs';
import { type Network, type Result, trainOnShapes } from '../src/train.js';
import { exercise } from './exercise.js';

// A busy machine without a GPU compiles WebGL's programs slowly.
const TIMEOUT = 300_000;
const SEED = 42;
/** The flags that give a page WebGPU on the CPU. */
const WEBGPU_FLAGS = [
  ...CHROMIUM_FLAGS.filter((flag) => flag !== '--disable-gpu'),
  ...['--enable-unsafe-webgpu', '--enable-features=Vulkan', '--use-webgpu-adapter=swiftshader'],
];

interface Seen {
  page: Page;
  /** Errors of scripts, and what the console has as an error. */
  errors: string[];
  requests: string[];
}

describe('the page in Chromium', () => {
  let folder: string;
  let server: Server;
  let browser: Browser;
  let withWebGpu: Browser;
  let origin: string;

  beforeAll(async () => {
    if (CHROMIUM === undefined) return;
    folder = await mkdtemp(join(tmpdir(), 'cifarlab-browser-'));
    await buildPage(folder);
    server = await serve(folder, 0);
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS, timeout: TIMEOUT });
    withWebGpu = await chromium.launch({ executablePath: CHROMIUM, args: WEBGPU_FLAGS, timeout: TIMEOUT });
  }, TIMEOUT);
  afterAll(async () => {
    await browser?.close();
    await withWebGpu?.close();
    server?.close();
    if (folder !== undefined) await rm(folder, { recursive: true });
  }, TIMEOUT);
  beforeEach(({ skip }) => skip(CHROMIUM === undefined, NO_CHROMIUM));

  async function open(path: string, within = browser): Promise<Seen> {
    const page = await within.newPage();
    page.setDefaultTimeout(TIMEOUT);
    const seen: Seen = { page, errors: [], requests: [] };
    page.on('pageerror', (error) => seen.errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') seen.errors.push(message.text());
    });
    page.on('request', (request) => seen.requests.push(request.url()));
    await page.goto(`${origin}/${path}`);
    return seen;
  }

  /** Lets the page train, and compares with the same run on `cpu` in Node. */
  async function train(network: Network, backend: string, steps: number, tolerance: number): Promise<void> {
    const within = backend === 'webgpu' ? withWebGpu : browser;
    const path = `?network=${network}&backend=${backend}&steps=${steps}&seed=${SEED}`;
    const { page, errors, requests } = await open(path, within);
    await page.waitForFunction(() => ['done', 'failed'].includes(document.body.dataset.state ?? ''));
    expect(errors).toEqual([]);
    const numbers = JSON.parse((await page.textContent('#numbers')) ?? '') as Pick<
      Result,
      'history' | 'tensors' | 'accuracy'
    > & { name: string };
    expect(numbers.name).toContain(`on ${backend}`);

    await setBackend('cpu');
    const inNode = await trainOnShapes({ network, steps, seed: SEED }, () => {});
    const lossesOf = ({ train }: History) => train.map(({ loss }) => loss);
    const losses = lossesOf(numbers.history);
    expect(losses).toHaveLength(steps);
    lossesOf(inNode.history).forEach((loss, i) => {
      expect(Math.abs(losses[i]! - loss), `loss of step ${i + 1}: ${losses[i]}, in Node ${loss}`).toBeLessThanOrEqual(
        tolerance * loss,
      );
    });
    expect(numbers.accuracy).toBeCloseTo(inNode.accuracy, 1);

    const { before, firstStep, lastStep, end } = numbers.tensors;
    expect(before).toBe(0);
    expect(lastStep).toBe(firstStep);
    expect(end).toBe(0);

    const curve = await page.locator('#curves .loss-run0-split0-raw path').getAttribute('d');
    expect(curve?.match(/[ML]/g)).toHaveLength(steps);
    expect(await page.locator('#predictions image').count()).toBe(16);
    const isDrawn = await page
      .locator('#predictions image')
      .first()
      .evaluate(async (image) => {
        const picture = new Image();
        picture.src = image.getAttribute('href') ?? '';
        await picture.decode();
        return picture.naturalWidth;
      });
    expect(isDrawn).toBe(16);
    expect(new Set(requests.map((url) => (new URL(url).protocol === 'data:' ? origin : new URL(url).origin)))).toEqual(
      new Set([origin]),
    );
    await page.close();

    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const fifth = Math.ceil(steps / 5);
    if (network === 'mlp') expect(mean(losses.slice(-fifth))).toBeLessThan(0.8 * mean(losses.slice(0, fifth)));
  }

  it('trains the MLP on wasm', () => train('mlp', 'wasm', 60, 1e-4), TIMEOUT);

  it('trains the MLP on webgl', () => train('mlp', 'webgl', 20, 1e-4), TIMEOUT);

  it('trains the ConvNet on webgl', () => train('convnet', 'webgl', 2, 1e-3), TIMEOUT);

  it(
    'trains the ConvNet on webgpu',
    async ({ skip }) => {
      const { page } = await open('', withWebGpu);
      const hasAdapter = await page.evaluate(async () => {
        const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<object | null> } };
        return (await gpu?.requestAdapter()) != null;
      });
      await page.close();
      skip(!hasAdapter, 'this Chromium has no adapter for WebGPU, not even SwiftShader');
      await train('convnet', 'webgpu', 2, 1e-3);
    },
    TIMEOUT,
  );

  it(
    'stops when asked to, and trains again',
    async () => {
      const { page, errors } = await open('?network=mlp&backend=cpu&steps=100000');
      await page.waitForFunction(() => /step \d/.test(document.getElementById('status')?.textContent ?? ''));
      await page.click('#stop');
      await page.waitForFunction(() => document.body.dataset.state === 'done');
      expect(await page.textContent('#status')).toContain('Stopped on request after step');
      await page.fill('input[name=steps]', '2');
      await page.click('#settings button');
      await page.waitForFunction(() =>
        document.getElementById('status')?.textContent?.includes('Reached the last step, 2.'),
      );
      expect(errors).toEqual([]);
      await page.close();
    },
    TIMEOUT,
  );

  it(
    'gets from the other packages what Node gets',
    async () => {
      const expected: unknown = JSON.parse(JSON.stringify(exercise()));
      await build({
        stdin: {
          contents: `import { exercise } from './exercise.ts'; globalThis.result = JSON.stringify(exercise());`,
          resolveDir: fileURLToPath(new URL('.', import.meta.url)),
        },
        outfile: join(folder, 'exercise.js'),
        bundle: true,
        platform: 'browser',
        format: 'esm',
      });
      const icon = '<link rel="icon" href="data:," />';
      await writeFile(join(folder, 'exercise.html'), `${icon}<script type="module" src="exercise.js"></script>`);
      const { page, errors } = await open('exercise.html');
      await page.waitForLoadState('load');
      expect(errors).toEqual([]);
      const result = await page.evaluate(() => (globalThis as { result?: string }).result);
      expect(JSON.parse(result!)).toEqual(expected);
      await page.close();
    },
    TIMEOUT,
  );
});
