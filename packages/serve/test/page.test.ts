import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHROMIUM, CHROMIUM_FLAGS, NO_CHROMIUM } from '../../../scripts/lib/find-chromium.mjs';
import { useWorkspace } from '../../engines/test/support/workspace.js';
import { colours, picture } from './support/colours.js';
import { useServers } from './support/served.js';

const TIMEOUT = 120_000;
/** A folder for pictures of the page, for people to look at. */
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

describe('the page', { timeout: TIMEOUT }, () => {
  it('classifies what is chosen or dropped, says what is not a picture, and asks nobody else', async () => {
    const { address } = await serve(colours);
    const files = [workspace('blue.png'), workspace('<b>text<b>.png')];
    await picture('blue', 300, 200).toFile(files[0]!);
    await writeFile(files[1]!, 'hello');
    const page = await browser.newPage({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
    page.setDefaultTimeout(TIMEOUT);
    const [errors, requests]: [string[], string[]] = [[], []];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(address);
    await page.getByText('colours knows: red, green, blue.').waitFor();
    await page.locator('#file').setInputFiles(files);
    const results = page.locator('.result');
    await results.locator('.failed').waitFor();
    expect(await results.nth(0).locator('h2').textContent()).toBe('<b>text<b>.png');
    expect(await results.nth(0).locator('.failed').textContent()).toContain('it is a text');
    expect(await results.nth(1).locator('dt').first().textContent()).toBe('blue');
    expect(await results.nth(1).locator('dd').first().textContent()).toBe('100.0 %');
    const dropped = await page.evaluateHandle(async () => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 9, height: 9 });
      const context = canvas.getContext('2d')!;
      context.fillStyle = 'red';
      context.fillRect(0, 0, 9, 9);
      const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
      const transfer = new DataTransfer();
      transfer.items.add(new File([blob!], 'dropped.png', { type: 'image/png' }));
      return transfer;
    });
    await page.locator('#drop').dispatchEvent('drop', { dataTransfer: dropped });
    await page.locator('.result[aria-label="dropped.png"] dt').first().waitFor();
    expect(await results.nth(0).locator('dt').first().textContent()).toBe('red');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(requests.filter((url) => !url.startsWith(address) && !/^(data|blob):/.test(url))).toEqual([]);
    expect(errors).toEqual([]);
    if (SHOTS !== undefined) {
      await mkdir(SHOTS, { recursive: true });
      await page.screenshot({ path: join(SHOTS, 'serve.png'), fullPage: true });
    }
    await page.close();
  });
});
