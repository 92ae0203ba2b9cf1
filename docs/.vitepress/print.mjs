// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { CHROMIUM_FLAGS } from '../../scripts/lib/find-chromium.mjs';

/** Width of the text on a sheet, in pixels of CSS: A4 without its margins. */
const textWidth = Math.floor(((210 - 2 * 20) / 25.4) * 96);
const site = 'http://site.invalid';

/**
 * Prints the built site's page of all answers to the practical: A4, numbered pages, the pages' numbers in the table of
 * contents, headings as bookmarks. Formulas that are wider than the paper are set smaller.
 *
 * @param {string} dist the built site
 * @param {object} options
 * @param {string} options.executable Chromium or Chrome
 * @param {string} options.path of the PDF
 * @param {string} options.base the site's folder on its server, `/` for none
 * @param {string} options.footer what stands at the bottom of each page, before its number
 */
export async function printPractical(dist, { executable, path, base, footer }) {
  const browser = await chromium.launch({ executablePath: executable, args: CHROMIUM_FLAGS });
  try {
    const page = await browser.newPage({ viewport: { width: textWidth, height: 1000 }, colorScheme: 'light' });
    await page.route(`${site}/**`, (route) => {
      const file = join(dist, decodeURI(new URL(route.request().url()).pathname).slice(base.length));
      return existsSync(file) ? route.fulfill({ path: file }) : route.abort();
    });
    await page.goto(`${site}${base}docs/practical/print.html`, { waitUntil: 'networkidle' });
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(prepare, site);
    const settings = {
      preferCSSPageSize: true,
      printBackground: true,
      displayHeaderFooter: true,
      headerTemplate: '<span></span>',
      footerTemplate: `<div style="font: 8px sans-serif; width: 100%; margin: 0 20mm; display: flex; justify-content: space-between">
        <span>${footer}</span><span class="pageNumber"></span></div>`,
    };
    await numberContents(page, settings);
    await page.pdf({ ...settings, path, tagged: true, outline: true });
  } finally {
    await browser.close();
  }
}

/**
 * Makes a section of each answer, with the id of its heading; makes formulas that are too wide smaller; leaves only
 * links that lead somewhere on paper.
 *
 * @param {string} site
 */
async function prepare(site) {
  await document.fonts.ready;
  for (const heading of document.querySelectorAll('.vp-doc h1')) {
    const section = document.createElement('section');
    heading.before(section);
    section.dataset.heading = heading.id;
    for (let next = section.nextSibling; next !== null; next = section.nextSibling) {
      if (next !== heading && next instanceof HTMLHeadingElement && next.tagName === 'H1') break;
      section.append(next);
    }
  }
  for (const line of document.querySelectorAll('.vp-doc section > p')) {
    if (/(^|· )index( ·|$)/i.test(line.textContent ?? '')) line.remove(); // It leads from page to page.
  }
  for (const formula of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('.katex-block'))) {
    const scale = formula.clientWidth / formula.scrollWidth;
    if (scale < 1) formula.style.fontSize = `${Math.floor(100 * scale) / 100}em`;
  }
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll('.vp-doc a'))) {
    if (link.href.startsWith(site) && !link.getAttribute('href')?.startsWith('#')) link.replaceWith(...link.childNodes);
  }
}

/**
 * Writes the number of its page behind each entry of the contents. Each answer begins a page, so that printing them one
 * by one gives the pages that each takes.
 *
 * @param {import('playwright-core').Page} page
 * @param {object} settings
 */
async function numberContents(page, settings) {
  const headings = await page.$$eval('.vp-doc section', (all) => all.map((section) => section.dataset.heading ?? ''));
  const style = await page.addStyleTag({ content: '/* nothing is left out */' });
  const pagesOf = async (/** @type {string} */ heading) => {
    await style.evaluate((element, shown) => {
      element.textContent = `.vp-doc section { break-before: avoid !important } section:not([data-heading="${shown}"]) { display: none }`;
    }, heading);
    return (await page.pdf(settings)).toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  };
  let next = 1;
  for (const heading of headings) {
    const entry = page.locator(`.vp-doc table a[href="#${heading}"]`).first();
    if (next > 1) {
      await entry.evaluate((link, number) => {
        link.insertAdjacentHTML('afterend', `<span class="page-number">${number}</span>`);
      }, next);
    }
    next += await pagesOf(heading);
  }
  await style.evaluate((element) => {
    element.textContent = '';
  });
}
