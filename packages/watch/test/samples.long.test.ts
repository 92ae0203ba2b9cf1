import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { trainRun } from '@cifarlab/experiment';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CHROMIUM, CHROMIUM_FLAGS, NO_CHROMIUM } from '../../../scripts/lib/find-chromium.mjs';
import { mini, useWorkspace } from '../../experiment/test/support/workspace.js';
import type { FolderUpdate, RunUpdate } from '../src/protocol.js';
import { listen } from './support/listen.js';
import { useServers } from './support/served.js';

const workspace = useWorkspace();
const serve = useServers();
const TIMEOUT = 120_000;
let browser: Browser | undefined;

beforeAll(async () => {
  const settings = { maxSteps: 20, evalFreq: 10, batchSize: 50 };
  await trainRun({ network: 'mlp-ndarray', settings, data: mini, out: workspace('run') }).result;
}, TIMEOUT);
afterAll(() => browser?.close(), TIMEOUT);

async function sampleOf(folder: string, options: Parameters<typeof serve>[1]) {
  const { address } = await serve(folder, options);
  const overview = await listen<FolderUpdate>(`${address}events`);
  const { runs } = await overview.until((update) => update.runs.length > 0);
  await overview.close();
  const events = await listen<RunUpdate>(`${address}events?run=${runs[0]!.id}`);
  const { sample } = await events.until((update) => update.sample !== undefined);
  await events.close();
  return { sample, address };
}

it('tells how the last checkpoint does on test images', { timeout: TIMEOUT }, async () => {
  const { sample } = await sampleOf(workspace('run'), { data: mini });
  expect(sample).toMatchObject({ step: 20, count: 40, side: 32 });
  const { classes, predictions } = sample as Exclude<typeof sample, { fault: string } | undefined>;
  expect(classes.reduce((sum, { count }) => sum + count, 0)).toBe(40);
  expect(predictions.map(({ pixels }) => Buffer.from(pixels, 'base64').length)).toEqual(Array(12).fill(3072));
});

it('tells why that is not known', { timeout: TIMEOUT }, async () => {
  const { sample } = await sampleOf(workspace('run'), {});
  expect(sample).toMatchObject({ fault: expect.stringContaining('CIFAR-10') });
});

it('shows it on the page', { timeout: TIMEOUT }, async ({ skip }) => {
  skip(CHROMIUM === undefined, NO_CHROMIUM);
  browser = await chromium.launch({ executablePath: CHROMIUM!, args: CHROMIUM_FLAGS, timeout: TIMEOUT });
  const { address } = await serve(workspace('run'), { data: mini });
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(address);
  await page.getByText('of the first 40 test images correctly').waitFor({ timeout: TIMEOUT });
  expect(await page.locator('.images canvas').count()).toBe(12);
  expect(await page.locator('meter').count()).toBe(10);
  expect(errors).toEqual([]);
  const folder = process.env.CIFARLAB_SCREENSHOTS;
  if (folder !== undefined) await page.screenshot({ path: join(folder, 'sample.png'), fullPage: true });
});

it('asks for nothing where predictions are not wanted', { timeout: TIMEOUT }, async () => {
  const { address } = await serve(workspace('run'), { data: mini, predictions: false });
  const overview = await listen<FolderUpdate>(`${address}events`);
  const { runs } = await overview.until((update) => update.runs.length > 0);
  await overview.close();
  const events = await listen<RunUpdate>(`${address}events?run=${runs[0]!.id}`);
  await events.until(({ run }) => run.state === 'finished');
  // A second change, seconds after a sample would have been asked for.
  await rm(join(workspace('run'), 'result.json'));
  await events.until(({ run }) => run.state === 'stopped');
  expect(events.seen.some(({ sample }) => sample !== undefined)).toBe(false);
  await events.close();
});
