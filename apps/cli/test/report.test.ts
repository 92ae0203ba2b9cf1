import { cp, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listing, miniDataset, useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { CHROMIUM, NO_CHROMIUM } from '../../../scripts/lib/find-chromium.mjs';
import { brightnessOf, launchChromium, lookAt, type OpenedPage, openFile } from './support/browser.js';
import { callCli, miniFlags } from './support/cli.js';

const workspace = useWorkspace();
const data = ['--data-dir', miniDataset, '--allow-unverified'];
const networkParts = ['Test images by class', 'Sample predictions', 'First-layer filters'];
const TIMEOUT = 120_000;

beforeAll(async () => {
  const train = async (model: string, name: string, ...flags: string[]) => {
    const steps = ['--max-steps', '20', '--eval-freq', '10', '--quiet', '--out', workspace(name)];
    expect(await callCli('train', model, ...miniFlags, ...steps, ...flags)).toMatchObject({ code: 0, stderr: '' });
  };
  const learning = ['--init', 'he', '--learning-rate', '1e-4', '--dnn-hidden-units', '40'];
  await train('mlp-ndarray', 'held-out', '--validation-size', '40', ...learning);
  await train('mlp', 'tfjs', ...learning.slice(0, 4), '--dnn-hidden-units', '');
}, TIMEOUT);

/** Makes a page, and reads it: its markup without charts, pixels and style, and how long it is with them. */
async function report(...args: string[]): Promise<{ html: string; size: number; stderr: string }> {
  const file = workspace(
    'pages',
    `${args
      .join(' ')
      .replace(/[^a-z-]+/g, '_')
      .slice(-60)}.html`,
  );
  const { code, stdout, stderr } = await callCli('report', ...args, '--out', file);
  expect({ code, stdout, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stdout: `${file}\n`, stderr: '' });
  const page = await readFile(file, 'utf8');
  return { html: withoutPictures(page), size: page.length, stderr };
}

function withoutPictures(page: string): string {
  return page
    .replace(/<svg .*?<\/svg>/gs, '<svg/>')
    .replace(/data:image\/png;base64,[^"]*/g, 'data:')
    .replace(/<style>.*?<\/style>/s, '');
}

/** Makes a copy of a run. */
async function copyOf(run: string, name: string): Promise<string> {
  await cp(workspace(run), workspace(name), { recursive: true });
  return workspace(name);
}

const headings = (html: string, level: number) =>
  Array.from(html.matchAll(new RegExp(`<h${level}>(.*?)</h${level}>`, 'g')), ([, text]) => text);

describe('report of one run', () => {
  it('has everything, and nothing from outside', async () => {
    const { html, size } = await report(workspace('held-out'), ...data);
    expect(headings(html, 2)).toEqual(['Summary', 'Curves', ...networkParts, 'Evaluations', 'Settings', 'Made with']);
    const best = JSON.parse(await readFile(workspace('held-out', 'checkpoints', 'best', 'state.json'), 'utf8'));
    expect(html).toContain(`the network of step ${best.training.step} has an accuracy of`);
    expect(html).toMatch(/<th scope="row">time<\/th><td>\d+\.\d s<\/td>/);
    expect(html).toMatch(/<th scope="row">engine<\/th><td>gemm /);
    expect(html).toContain(process.versions.node);
    expect(html.match(/<td>best<\/td>/g)).toHaveLength(1);
    expect(html).toContain('the 32 of 40 with the largest norm');
    expect(size).toBeLessThan(1e6);
    expect(html).not.toMatch(/<script|<link|(?:src|href)="(?!data:|#)/i);
  });

  it('is what train makes', async () => {
    // The name of the folder is the title.
    const run = await copyOf('held-out', join('again', 'held-out'));
    const made = await readFile(join(run, 'report.html'), 'utf8');
    expect((await callCli('report', run, ...data, '--quiet')).code).toBe(0);
    const again = await readFile(join(run, 'report.html'), 'utf8');
    expect(again === made, 'the same page').toBe(true);
  });

  it('goes into the folder of the run unless told otherwise, and leaves nothing else behind', async () => {
    const run = await copyOf('held-out', 'own-place');
    const before = await listing(run);
    await rm(join(run, 'report.html'));
    expect((await callCli('report', run, ...data)).stdout).toBe(`${join(run, 'report.html')}\n`);
    expect(await listing(run)).toEqual(before);
  });

  it('does without the network when asked to, and says how to get the rest', async () => {
    const { html, stderr } = await report(workspace('tfjs'), '--no-predictions');
    expect(stderr).toBe('');
    expect(headings(html, 2)).toEqual(['Summary', 'Curves', 'Evaluations', 'Settings', 'Made with']);
    expect(html).not.toContain('<img');
    expect(html).toContain(`They come with: npx cifarlab report ${workspace('tfjs')}`);
  });

  it('names the classes of a network without a hidden layer', async () => {
    const { html } = await report(workspace('tfjs'), ...data, '--backend', 'cpu');
    expect(html).toContain('The weights of each class, 32 x 32 in colour.');
    expect(html).toContain('<span class="caption">airplane</span>');
  });
});

describe('report without all of a run', () => {
  it('is made without a checkpoint, and says what to do', async () => {
    const run = await copyOf('held-out', 'bare');
    await rm(join(run, 'checkpoints'), { recursive: true });
    const { html, stderr } = await report(run, ...data);
    const sentence = `There is no checkpoint in ${run}: copy the run's checkpoints folder there, or train again`;
    expect(stderr).toMatch(/^warning: bare: There is no checkpoint/);
    expect(html).toContain(sentence.replace("'", '&#39;'));
    expect(headings(html, 2)).toEqual(['Summary', 'Curves', 'Evaluations', 'Settings', 'Made with']);
    expect((await report(run, ...data, '--quiet')).stderr).toBe('');
  });

  it('is refused where the flags do not fit the network', async () => {
    const out = workspace('refused.html');
    const outcome = await callCli('report', workspace('held-out'), ...data, '--backend', 'tfjs-node', '--out', out);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    await expect(stat(out)).rejects.toThrow('ENOENT');
  });
});

describe('the pages in Chromium', () => {
  let browser: Browser;
  const pages = [
    ['one run', () => [workspace('held-out')]],
    ['a comparison', () => [workspace('held-out'), workspace('tfjs')]],
  ] as const;

  beforeAll(async () => {
    if (CHROMIUM !== undefined) browser = await launchChromium(TIMEOUT);
  }, TIMEOUT);
  afterAll(() => browser?.close(), TIMEOUT);
  beforeEach(({ skip }) => skip(CHROMIUM === undefined, NO_CHROMIUM));

  async function open(runs: readonly string[], width: number): Promise<OpenedPage & { file: string }> {
    const file = workspace(`${runs.length}.html`);
    await callCli('report', ...runs, ...data, '--out', file);
    return { file, ...(await openFile(browser, file, width)) };
  }

  const cases = pages.flatMap(([name, runs]) => [1200, 400].map((width) => [name, width, runs] as const));
  it.each(cases)('of %s stand alone and fit %i px', { timeout: TIMEOUT }, async (_, width, runs) => {
    const { page, file, errors, requests } = await open(runs(), width);
    for (const summary of await page.locator('summary').all()) await summary.click();
    const { images, outside, width: laidOut } = await lookAt(page);
    expect(images.length).toBeGreaterThan(40);
    expect(images.filter(({ drawn, told }) => !drawn || !told)).toEqual([]);
    expect(laidOut).toBe(width);
    expect(outside).toEqual([]);
    const { width: drawn, height } = await sharp(await page.screenshot({ fullPage: true })).metadata();
    expect(drawn).toBe(width);
    expect(height).toBeGreaterThan(2000);
    expect(errors).toEqual([]);
    expect(requests).toEqual([pathToFileURL(file).href]);
    await page.context().close();
  });

  it('are dark where the system is', { timeout: TIMEOUT }, async () => {
    const { page } = await open(pages[0][1](), 1200);
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await brightnessOf(page);
    expect(light.paper).toBeGreaterThan(light.ink);
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await brightnessOf(page);
    expect(dark.paper).toBeLessThan(dark.ink);
    await page.context().close();
  });
});
