import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { acquireLock } from '@cifarlab/trainer/node';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHROMIUM, CHROMIUM_FLAGS, NO_CHROMIUM } from '../../../scripts/lib/find-chromium.mjs';
import { useWorkspace } from '../../engines/test/support/workspace.js';
import { useServers } from './support/served.js';
import { endRun, growRun, metricsText, writeConfig, writeRun } from './support/written-run.js';

const TIMEOUT = 120_000;
/** A folder for pictures of the pages, for people to look at. */
const SHOTS = process.env.CIFARLAB_SCREENSHOTS;

const workspace = useWorkspace();
const serve = useServers();
let browser: Browser;

beforeAll(async () => {
  if (CHROMIUM === undefined) return;
  browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS, timeout: TIMEOUT });
}, TIMEOUT);
afterAll(() => browser?.close(), TIMEOUT);
beforeEach(({ skip }) => skip(CHROMIUM === undefined, NO_CHROMIUM));

interface Opened {
  page: Page;
  errors: string[];
  requests: string[];
}

async function open(address: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT);
  const opened: Opened = { page, errors: [], requests: [] };
  page.on('pageerror', (error) => opened.errors.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) opened.errors.push(message.text());
  });
  page.on('request', (request) => opened.requests.push(request.url()));
  await page.goto(address);
  return opened;
}

async function shoot(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return;
  await mkdir(SHOTS, { recursive: true });
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
}

/** Returns the label of a chart for people who do not see it, once the label contains this part. */
async function told(page: Page, title: string, part: string): Promise<string> {
  const plane = page.locator(`section[aria-label="${title}"] [role=img][aria-label*="${part}"]`);
  await plane.waitFor();
  return (await plane.getAttribute('aria-label'))!;
}

const fact = (page: Page, name: string) => page.locator(`.facts div:has(dt:text-is("${name}")) dd`).textContent();

describe('one run', { timeout: TIMEOUT }, () => {
  it('grows before the eyes, and asks nobody else for anything', async () => {
    const folder = workspace('growing');
    const run = { steps: 700, firstLoss: 9 };
    await writeRun(folder, run);
    const lock = await acquireLock(join(folder, 'run.lock'));
    const { address } = await serve(folder);
    const { page, errors, requests } = await open(address);
    expect(await told(page, 'Loss', 'at step 700')).toMatch(/training \d\.\d+ at step (69\d|700)/);
    expect(await fact(page, 'step')).toBe('700 of 2\u202f000');
    await growRun(folder, run, 701, 900);
    expect(await told(page, 'Accuracy', 'at step 900')).toContain('test 4');
    expect(await page.locator('section[aria-label=Loss] .note').last().textContent()).toBe('cut off: up to 9.00');
    expect(requests.filter((url) => !url.startsWith(address) && !url.startsWith('data:'))).toEqual([]);
    expect(errors).toEqual([]);
    expect(await fact(page, 'state')).toBe('training');
    expect(await fact(page, 'time left')).not.toBe('–');
    await shoot(page, 'growing');
    await lock.release();
    await page.context().close();
  });

  it('that has diverged says so where it did', async () => {
    const folder = workspace('diverged');
    await writeRun(folder, { steps: 420 });
    await endRun(folder, 'non-finite-loss', 421);
    const { page, errors } = await open((await serve(folder)).address);
    await page.getByText('The loss was not a finite number at step 421.').waitFor();
    expect(await fact(page, 'state')).toBe('diverged');
    await shoot(page, 'diverged');
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('that is resumed goes back to where it went on from', async () => {
    const folder = workspace('resumed');
    await writeRun(folder, { steps: 900 });
    const { page, errors } = await open((await serve(folder)).address);
    await told(page, 'Loss', 'test');
    expect(await fact(page, 'step')).toBe('900 of 2\u202f000');
    await writeConfig(folder, { steps: 0, sessions: [{}, { step: 500, started: '2026-01-03T03:04:05.000Z' }] });
    const kept = metricsText({}, 1, 500) + metricsText({ seed: 3 }, 501, 640);
    await writeFile(join(folder, 'metrics.jsonl'), kept);
    await page.locator('.facts', { hasText: '640 of' }).waitFor();
    expect(await told(page, 'Loss', 'at step 6')).not.toContain('at step 9');
    await shoot(page, 'resumed');
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('shows each step of those that are zoomed to', async () => {
    const folder = workspace('zoomed');
    await writeRun(folder, { steps: 20_000, evalFreq: 500, settings: { maxSteps: 20_000 } });
    const { page, errors } = await open((await serve(folder)).address);
    await told(page, 'Loss', 'at step 20000');
    const plane = page.locator('section[aria-label=Loss] [role=img]');
    const strideOfPoints = async () => {
      const steps: number[] = [];
      for (const key of ['Home', 'ArrowRight']) {
        await page.keyboard.press(key);
        const legend = (await plane.locator('.u-legend').textContent())!.replaceAll('\u202f', '');
        steps.push(Number(/step\D*(\d+)/.exec(legend)![1]));
      }
      return steps[1]! - steps[0]!;
    };
    await plane.focus();
    expect(await strideOfPoints()).toBeGreaterThan(20);
    const { x, y, width, height } = (await page.locator('section[aria-label=Loss] .u-over').boundingBox())!;
    await page.mouse.move(x + width * 0.5, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.51, y + height / 2, { steps: 4 });
    await page.mouse.up();
    await expect.poll(strideOfPoints, { timeout: TIMEOUT }).toBe(1);
    await shoot(page, 'zoomed');
    await page.keyboard.press('Escape');
    await expect.poll(strideOfPoints, { timeout: TIMEOUT }).toBeGreaterThan(20);
    for (let i = 0; i < 7; i++) await page.keyboard.press('+');
    await expect.poll(strideOfPoints, { timeout: TIMEOUT }).toBe(1);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('that cannot be read says why, as text', async () => {
    const folder = workspace('<img src=x onerror=alert(1)>');
    await writeRun(folder, { steps: 50 });
    await appendFile(join(folder, 'metrics.jsonl'), '{"event":"<b>bold</b>"}\n');
    const { page, errors } = await open((await serve(folder)).address);
    await page.getByText('"event" must be "train" or "eval", and is "<b>bold</b>"').waitFor();
    expect(await page.locator('h1').textContent()).toBe('<img src=x onerror=alert(1)>');
    expect(errors).toEqual([]);
    await page.context().close();
  });
});

describe('a sweep', { timeout: TIMEOUT }, () => {
  beforeAll(async () => {
    for (let i = 0; i < 40; i++) {
      const settings = { learningRate: 10 ** -(1 + (i % 8) / 2), seed: Math.floor(i / 8) };
      const folder = workspace('sweep', 'trials', `lr-${i % 8}-abc`, `seed-${settings.seed}`);
      const steps = i < 30 ? 2000 : 500 + 20 * i;
      await writeRun(folder, { steps, settings, seed: i });
      if (i < 30) await endRun(folder, 'max-steps', steps);
    }
  }, TIMEOUT);

  it('is a table that can be sorted and filtered, with all curves in one', async () => {
    const { page, errors } = await open((await serve(workspace('sweep'))).address);
    await page.locator('.runs tbody tr').nth(39).waitFor();
    await page.getByText('40 runs, 0 training.').waitFor();
    const header = page.locator('.runs thead');
    await header.getByRole('button', { name: 'best validation' }).click();
    await header.getByRole('button', { name: 'best validation' }).click();
    const cells = await page.locator('.runs tbody tr td:nth-child(10)').allTextContents();
    const best = cells.map(Number.parseFloat);
    expect(best).toEqual([...best].sort((a, b) => b - a));
    expect(await header.locator('th[aria-sort=descending]').textContent()).toContain('best validation');
    expect(await header.textContent()).toContain('learningRate');
    await shoot(page, 'sweep');
    await page.getByRole('searchbox').fill('seed=1');
    expect(await page.locator('.runs tbody tr').count()).toBe(8);
    await page.getByRole('searchbox').fill('');
    await page.getByLabel('curve', { exact: true }).selectOption('test loss');
    expect(await told(page, 'Test loss', 'at step 2000')).toMatch(/^Test loss: lr-0-abc\/seed-0 \d/);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('is dark on a phone whose owner wants that, and nothing sticks out', async () => {
    const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, colorScheme: 'dark' } as const;
    const { page, errors } = await open((await serve(workspace('sweep'))).address, phone);
    await page.locator('.runs tbody tr').nth(39).waitFor();
    await told(page, 'Validation accuracy', 'at step 2000');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    const paper = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    expect(paper).toBe('rgb(23, 25, 28)');
    await shoot(page, 'sweep-phone');
    await page.locator('.runs tbody a').first().click();
    await told(page, 'Loss', 'at step');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await shoot(page, 'run-phone');
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('works without a mouse', async () => {
    const { page } = await open((await serve(workspace('sweep'))).address);
    await page.locator('.runs tbody tr').nth(39).waitFor();
    await page.locator('.runs tbody a').first().focus();
    await page.keyboard.press('Enter');
    await told(page, 'Loss', 'at step');
    await page.locator('section[aria-label=Loss] [role=img]').focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    expect(await page.locator('section[aria-label=Loss] .u-legend').textContent()).toMatch(/step\s*:?\s*1\u202f99\d/);
    await page.locator('#back').focus();
    await page.keyboard.press('Enter');
    await page.locator('.runs tbody tr').nth(39).waitFor();
    await page.context().close();
  });

  it('tells when the server has ended', async () => {
    const watch = await serve(workspace('sweep'));
    const { page } = await open(watch.address);
    await page.getByText('live', { exact: true }).waitFor();
    await watch.close();
    await page.getByText('no connection').waitFor();
    await page.context().close();
  });
});

it('shows the picture of a batch', { timeout: TIMEOUT }, async () => {
  const folder = workspace('pictured');
  await writeRun(folder, { steps: 10 });
  const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
  await writeFile(join(folder, 'batch.png'), Buffer.from(pixel, 'base64'));
  const { page } = await open((await serve(folder)).address);
  const image = page.getByAltText('Images of one training batch, after augmentation, as the network sees them');
  await image.waitFor();
  expect(await image.evaluate((img) => (img as HTMLImageElement).naturalWidth)).toBe(1);
  expect((await readFile(join(folder, 'batch.png'))).length).toBeGreaterThan(0);
  await page.context().close();
});
