// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { chromium } from 'playwright-core';
import { CHROMIUM_FLAGS } from '../lib/find-chromium.mjs';

/** Width of the text on a sheet, in pixels of CSS: A4 without the margins that the style sheet sets. */
export const textWidth = Math.floor(((210 - 2 * 20) / 25.4) * 96);

/**
 * Prints the report: A4, numbered pages, the pages' numbers in the table of contents, headings as bookmarks. What is
 * wider than the paper is set smaller.
 *
 * @param {string} html
 * @param {string} executable Chromium or Chrome
 * @returns {Promise<Buffer>} the PDF
 */
export async function printReport(html, executable) {
  const browser = await chromium.launch({ executablePath: executable, args: CHROMIUM_FLAGS });
  try {
    const page = await browser.newPage({ viewport: { width: textWidth, height: 1000 } });
    await page.emulateMedia({ media: 'print' });
    await page.setContent(html, { waitUntil: 'load' });
    await page.evaluate(shrinkWideParts);
    await numberContents(page);
    return await page.pdf({ preferCSSPageSize: true, printBackground: true, tagged: true, outline: true });
  } finally {
    await browser.close();
  }
}

/** Gives formulas and tables in the page a smaller type if the edge of the paper would cut them. */
export async function shrinkWideParts() {
  await document.fonts.ready;
  for (const box of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('.formula, .table'))) {
    const scale = box.clientWidth / box.scrollWidth;
    if (scale < 1) box.style.fontSize = `${Math.floor(100 * scale) / 100}em`;
  }
}

/**
 * Writes the number of its page behind each entry of the contents. Each question begins a page, so that printing them one
 * by one gives the pages that each takes.
 *
 * @param {import('playwright-core').Page} page
 */
async function numberContents(page) {
  const ids = await page.$$eval('section.question', (sections) => sections.map(({ id }) => id));
  const style = await page.addStyleTag({ content: '/* what is left out */' });
  /** @param {string} css what to leave out */
  const pagesWithout = async (css) => {
    await style.evaluate((element, content) => {
      element.textContent = content;
    }, `${css} { display: none }`);
    const pdf = await page.pdf({ preferCSSPageSize: true });
    return pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  };
  let next = 1 + (await pagesWithout('section.question'));
  for (const id of ids) {
    await page.$eval(
      `nav a[href="#${id}"]`,
      (link, number) => {
        link.insertAdjacentHTML('afterend', `<span class="page-number">${number}</span>`);
      },
      next,
    );
    next += await pagesWithout(`body > :not([id="${id}"])`);
  }
  await style.evaluate((element) => {
    element.textContent = '';
  });
}
