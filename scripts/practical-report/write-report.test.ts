/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CHROMIUM, CHROMIUM_FLAGS, NO_CHROMIUM } from '../lib/find-chromium.mjs';
import { root } from '../lib/workspace.mjs';
import { buildReport } from './build-report.mjs';
import { shrinkWideParts, textWidth } from './print.mjs';
import { writeReport } from './write-report.mjs';

// A busy machine starts a browser slowly.
const TIMEOUT = 120_000;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cifarlab-report-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('without a browser', () => {
  const write = async (name: string, pdf: boolean | undefined, executable: string | undefined) => {
    const lines: string[] = [];
    const log = (line: string) => lines.push(line);
    const trouble = await writeReport('<p>x</p>', { folder: join(folder, name), pdf, chromium: executable, log });
    expect(lines).toEqual([join(folder, name, 'practical-report.html')]);
    expect(readFileSync(lines[0]!, 'utf8')).toBe('<p>x</p>');
    return trouble;
  };

  test('the HTML is written, and what is missing is said', async () => {
    expect(await write('none', undefined, undefined)).toContain(`No PDF was made: ${NO_CHROMIUM}. Install Chromium`);
  });

  test('nothing is said when no PDF was asked for', async () => {
    expect(await write('not-asked', false, undefined)).toBeUndefined();
  });

  test('a browser that does not start is named', async () => {
    expect(await write('broken', true, '/nowhere/chromium')).toContain('/nowhere/chromium did not print it');
  });
});

describe('in Chromium', () => {
  let browser: Browser;
  let page: string;
  let pdf: string;
  let questions: { heading: string }[];

  beforeAll(async () => {
    if (CHROMIUM === undefined) return;
    const report = buildReport({ root, origin: [] });
    questions = report.questions;
    const files: string[] = [];
    const log = (path: string) => files.push(path);
    expect(await writeReport(report.html, { folder, pdf: true, chromium: CHROMIUM, log })).toBeUndefined();
    [page, pdf] = files as [string, string];
    browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS });
  }, TIMEOUT);
  afterAll(() => browser?.close());
  beforeEach(({ skip }) => skip(CHROMIUM === undefined, NO_CHROMIUM));

  test.each([390, 820, 1400])(
    'the page opens offline, whole, and %i pixels wide',
    async (width) => {
      const tab = await browser.newPage({ viewport: { width, height: 900 }, offline: true });
      const troubles: string[] = [];
      tab.on('pageerror', (error) => troubles.push(String(error)));
      tab.on('console', (message) => troubles.push(message.text()));
      tab.on('requestfailed', (request) => troubles.push(`failed: ${request.url().slice(0, 80)}`));
      const requests: string[] = [];
      tab.on('request', (request) => requests.push(request.url()));
      await tab.goto(pathToFileURL(page).href);
      const seen = await tab.evaluate(async () => {
        await document.fonts.ready;
        const images = [...document.images];
        await Promise.all(images.map((image) => image.decode()));
        const fonts = [...document.fonts].map(({ status }) => status as string);
        return {
          images: images.map(({ naturalWidth }) => naturalWidth),
          fonts: { loaded: fonts.includes('loaded'), failed: fonts.includes('error') },
          width: document.documentElement.scrollWidth,
        };
      });
      expect(troubles).toEqual([]);
      expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([pathToFileURL(page).href]);
      expect(seen.images.length).toBeGreaterThan(0);
      expect(Math.min(...seen.images)).toBeGreaterThan(0);
      expect(seen.fonts).toEqual({ loaded: true, failed: false });
      expect(seen.width).toBe(width);
      await tab.close();
    },
    TIMEOUT,
  );

  test('the PDF has a page for each question and more, and bookmarks to them', () => {
    const bytes = readFileSync(pdf, 'latin1');
    expect(bytes.match(/\/Type\s*\/Page\b/g)!.length).toBeGreaterThan(2 * questions.length);
    const bookmarks = [...bytes.matchAll(/\/Title <FEFF([\dA-F]+)>/g)].map(([, hex]) =>
      Buffer.from(hex!, 'hex').swap16().toString('utf16le'),
    );
    expect(bookmarks).toEqual(expect.arrayContaining(questions.map(({ heading }) => heading)));
  });

  test(
    'a formula or table wider than the paper is set smaller, and no other',
    async () => {
      const tab = await browser.newPage({ viewport: { width: textWidth, height: 900 } });
      await tab.emulateMedia({ media: 'print' });
      await tab.goto(pathToFileURL(page).href);
      const sizes = await tab.evaluate(() => {
        const long = `<span style="white-space: nowrap">${'wide '.repeat(40)}</span>`;
        document.body.innerHTML =
          `<div class="formula">${long}</div><div class="formula">x</div>` +
          `<div class="table"><table><tr><td>${long}</td></tr></table></div>`;
        return [...document.body.children].map((box) => box.scrollWidth - box.clientWidth);
      });
      expect(sizes).toEqual([
        expect.toSatisfy((excess: number) => excess > 100),
        0,
        expect.toSatisfy((excess: number) => excess > 100),
      ]);
      await tab.evaluate(shrinkWideParts);
      const boxes = await tab.$$eval('.formula, .table', (all) =>
        (all as HTMLElement[]).map(({ scrollWidth, clientWidth, style }) => [
          scrollWidth - clientWidth,
          style.fontSize,
        ]),
      );
      expect(boxes).toEqual([
        [0, expect.stringMatching(/^0\.\d+em$/)],
        [0, ''],
        [0, expect.stringMatching(/^0\.\d+em$/)],
      ]);
      await tab.close();
    },
    TIMEOUT,
  );

  test('its contents have the right pages', ({ skip }) => {
    let pages: string[];
    try {
      pages = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' }).split('\f');
    } catch {
      return skip('pdftotext is not on this machine');
    }
    const words = (text: string) => text.trim().split(/\s+/).join(' ');
    const contents = words(pages[1]!);
    for (const { heading } of questions) {
      const at = pages.findIndex((text, index) => index > 1 && words(text).startsWith(words(heading)));
      expect(at, heading).toBeGreaterThan(1);
      expect(contents).toContain(`${words(heading)} ${at + 1}`);
      expect(words(pages[at]!)).toMatch(new RegExp(` ${at + 1}$`));
    }
    return undefined;
  });
});

test('the command writes the page, and knows its flags', { timeout: TIMEOUT }, () => {
  const run = (...args: string[]) =>
    execFileSync(process.execPath, [join(root, 'scripts/practical-report.mjs'), ...args], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  const out = join(folder, 'command');
  expect(run('--no-pdf', '--out', out).trim()).toBe(join(out, 'practical-report.html'));
  expect(readFileSync(join(out, 'practical-report.html'), 'utf8')).toContain(`Node ${process.versions.node}`);
  expect(existsSync(join(out, 'practical-report.pdf'))).toBe(false);
  expect(() => run('--paper')).toThrow("Unknown option '--paper'");
});
