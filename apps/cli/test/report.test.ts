import { cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
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

/** A copy of a run. */
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

  it('says of each class and image what eval says', async () => {
    const { html } = await report(workspace('held-out'), ...data);
    const { stdout } = await callCli('eval', workspace('held-out'), ...data, '--json');
    const { confusion, classNames, accuracy } = JSON.parse(stdout) as {
      confusion: number[][];
      classNames: string[];
      accuracy: number;
    };
    expect(html).toContain(`has an accuracy of ${(100 * accuracy).toFixed(1)} %`);
    confusion.forEach((row, label) => {
      const images = row.reduce((sum, count) => sum + count, 0);
      const cells = `<th scope="row">${classNames[label]}</th><td class="number">${images}</td><td class="number">${row[label]}</td>`;
      expect(html).toContain(cells);
    });
    const recognised = classNames.filter((_, label) => confusion[label]![label]! > 0);
    expect(recognised.length).toBeGreaterThan(1);
    expect(Array.from(html.matchAll(/✓ (\w+)/g), ([, name]) => name)).toEqual(recognised);
    const mistakes = Array.from(html.matchAll(/✗ (\w+)<\/span><span class="label">true: (\w+)/g));
    expect(mistakes).toHaveLength(10);
    for (const [, predicted, truth] of mistakes) {
      const [row, column] = [truth, predicted].map((name) => classNames.indexOf(name!));
      expect(confusion[row!]![column!]).toBeGreaterThan(0);
    }
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

describe('the time of a run', () => {
  const resume = (run: string, steps: number) =>
    callCli('train', 'mlp-ndarray', '--resume', run, ...data, '--max-steps', String(steps), '--quiet');
  const resultOf = async (run: string) => JSON.parse(await readFile(join(run, 'result.json'), 'utf8'));

  it('is that of all its sessions', async () => {
    const run = await copyOf('held-out', 'resumed');
    const first = await resultOf(run);
    expect(first).toEqual({ stop: 'max-steps', step: 20, seconds: expect.any(Number) });
    expect((await resume(run, 25)).code).toBe(0);
    const both = await resultOf(run);
    expect(both).toMatchObject({ stop: 'max-steps', step: 25 });
    expect(both.seconds).toBeGreaterThan(first.seconds);
  });

  it('is not known where a session left no record of these steps', async () => {
    const run = await copyOf('held-out', 'killed');
    await rm(join(run, 'result.json'));
    expect((await report(run, '--no-predictions')).html).toContain('<th scope="row">time</th><td>not recorded</td>');
    expect((await resume(run, 25)).code).toBe(0);
    expect(await resultOf(run)).toMatchObject({ step: 25, seconds: null });
    // Killed after step 25, it would go on from there with a record of earlier steps.
    await writeFile(join(run, 'result.json'), JSON.stringify({ stop: 'aborted', step: 15, seconds: 3 }));
    expect((await resume(run, 30)).code).toBe(0);
    expect(await resultOf(run)).toMatchObject({ step: 30, seconds: null });
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

  it('is made with a damaged checkpoint', async () => {
    const run = await copyOf('tfjs', 'damaged');
    await writeFile(join(run, 'checkpoints', 'last', 'state.json'), '{');
    const { html } = await report(run, ...data);
    expect(html).toContain('The run&#39;s checkpoint could not be used: ');
  });

  it('shows the filters without the dataset', async () => {
    const { html, stderr } = await report(workspace('held-out'));
    expect(stderr).toMatch(
      /^warning: held-out: The network was not tried on the test images: CIFAR-10 was found nowhere/m,
    );
    expect(html).toContain('The network was not tried on the test images: CIFAR-10 was found nowhere');
    expect(headings(html, 2)).toContain('First-layer filters');
    expect(headings(html, 2)).not.toContain('Sample predictions');
  });

  it('does not take another dataset for that of the run', async () => {
    const run = await copyOf('held-out', 'of-others');
    const config = JSON.parse(await readFile(join(run, 'config.json'), 'utf8'));
    config.data.test = 41;
    await writeFile(join(run, 'config.json'), JSON.stringify(config));
    const { html } = await report(run, ...data);
    expect(html).toContain('the run was made with 41 other test images and here are 40 other test images');
  });

  it('is refused where the flags do not fit the network', async () => {
    const out = workspace('refused.html');
    const outcome = await callCli('report', workspace('held-out'), ...data, '--backend', 'tfjs-node', '--out', out);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    await expect(stat(out)).rejects.toThrow('ENOENT');
  });
});

describe('report of several runs', () => {
  it('compares them, and has each in a part of its own', async () => {
    const { html } = await report(workspace('held-out'), workspace('tfjs'), ...data);
    expect(headings(html, 2)).toEqual(['Comparison', 'Curves', 'Runs']);
    expect(headings(html, 3)).toEqual(['held-out', 'tfjs']);
    expect(headings(html, 4).filter((heading) => heading === 'Sample predictions')).toHaveLength(2);
    expect(html).toMatch(/<th scope="row">dnn-hidden-units<\/th><td>40<\/td><td>none<\/td>/);
    expect(html).toMatch(/<th scope="row">held-out<\/th><td>gemm .*\n<tr><th scope="row">tfjs<\/th><td>tfjs /);
    expect(html.match(/<details class="part">/g)).toHaveLength(2);
  });

  it('tells runs of the same name apart by their paths', async () => {
    await mkdir(workspace('other'));
    const copy = await copyOf('held-out', join('other', 'held-out'));
    const { html } = await report(workspace('held-out'), copy, '--no-predictions');
    expect(headings(html, 3)).toEqual([workspace('held-out'), copy]);
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

describe('a run of many steps', () => {
  it('is reported on a page of bounded size, with the first, the last and the best of its evaluations', async () => {
    const run = await copyOf('held-out', 'long');
    const accuracy = (step: number) => (step === 77_777 ? 0.9 : 0.5);
    const lines = Array.from({ length: 130_000 }, (_, i) => {
      const [step, loss] = [i + 1, 2 + Math.sin(i)];
      const validation = { event: 'eval', split: 'validation', step, loss, accuracy: accuracy(step) };
      return `${JSON.stringify({ event: 'train', step, loss, accuracy: 0.5 })}\n${JSON.stringify(validation)}\n`;
    });
    await writeFile(join(run, 'metrics.jsonl'), lines.join(''));
    const { html, size } = await report(run, '--no-predictions');
    expect(size).toBeLessThan(1_000_000);
    expect(html).toContain('201 of 130000 evaluations, evenly spaced; ');
    for (const step of [1, 77_777, 130_000]) expect(html).toContain(`class="number">${step}</th>`);
  });
});
