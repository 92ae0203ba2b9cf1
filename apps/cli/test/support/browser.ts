import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { CHROMIUM, CHROMIUM_FLAGS } from '../../../../scripts/lib/find-chromium.mjs';

/** A page of a file, with its errors and its requests. */
export interface OpenedPage {
  page: Page;
  /** Errors of the console and of scripts. */
  errors: string[];
  /** Addresses that were asked for, those of the pictures inside the page left out. */
  requests: string[];
}

export function launchChromium(timeout: number): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM!, args: CHROMIUM_FLAGS, timeout });
}

/** Opens a file in a window of this width, without a network. */
export async function openFile(browser: Browser, file: string, width: number): Promise<OpenedPage> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, offline: true });
  const page = await context.newPage();
  const opened: OpenedPage = { page, errors: [], requests: [] };
  page.on('pageerror', (error) => opened.errors.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) opened.errors.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith('data:')) opened.requests.push(request.url());
  });
  await page.goto(pathToFileURL(file).href);
  return opened;
}

/** Things that a person would see on a page that is open. */
export interface Look {
  images: {
    /** Whether it is there and was decoded. */
    drawn: boolean;
    /** Whether it has a text of its own, or one with its neighbours. */
    told: boolean;
  }[];
  /** Texts that stick out at the right; tables and charts scroll in boxes of their own. */
  outside: string[];
  /** Width of the page's content, in CSS pixels. */
  width: number;
}

// Pages see code as text, since the command line's own code knows no DOM.
const LOOK = `({
  images: Array.from(document.images, (image) => ({
    drawn: image.complete && image.naturalWidth > 0,
    told: image.alt !== '' || image.closest('[role=img][aria-label]') !== null,
  })),
  outside: Array.from(document.querySelectorAll('h1, h2, h3, h4, p, li, figcaption'))
    .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth)
    .map((element) => element.textContent),
  width: document.documentElement.scrollWidth,
})`;

export function lookAt(page: Page): Promise<Look> {
  return page.evaluate<Look>(LOOK);
}

const BRIGHTNESS = `(() => {
  const sum = (colour) => colour.match(/\\d+/g).slice(0, 3).reduce((all, part) => all + Number(part), 0);
  const { backgroundColor, color } = getComputedStyle(document.body);
  return { paper: sum(backgroundColor), ink: sum(color) };
})()`;

/** Sums of red, green and blue, 0 to 765. */
export function brightnessOf(page: Page): Promise<{ paper: number; ink: number }> {
  return page.evaluate<{ paper: number; ink: number }>(BRIGHTNESS);
}
