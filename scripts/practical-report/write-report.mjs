// @ts-check
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NO_CHROMIUM } from '../lib/find-chromium.mjs';

/**
 * Writes `practical-report.html`, and `practical-report.pdf` if there is a browser that prints it.
 *
 * @param {string} html
 * @param {object} options
 * @param {string} options.folder made if it is not there
 * @param {boolean | undefined} options.pdf true: it is an error if it cannot be made; false: it is not made
 * @param {string | undefined} options.chromium
 * @param {(line: string) => void} options.log gets the path of each file
 * @returns {Promise<string | undefined>} why there is no PDF although one may have been expected
 */
export async function writeReport(html, { folder, pdf, chromium, log }) {
  /** @param {string} name @param {string | Uint8Array} content */
  const write = (name, content) => {
    const path = join(folder, name);
    // Never leaves half a file under its name.
    writeFileSync(`${path}.tmp`, content);
    renameSync(`${path}.tmp`, path);
    log(path);
  };
  mkdirSync(folder, { recursive: true });
  write('practical-report.html', html);
  if (pdf === false) return undefined;
  const remedy = 'Install Chromium or Chrome, or print the HTML page from any browser.';
  if (chromium === undefined) return `No PDF was made: ${NO_CHROMIUM}. ${remedy}`;
  try {
    // Takes a while to load, and only this needs it.
    const { printReport } = await import('./print.mjs');
    write('practical-report.pdf', await printReport(html, chromium));
    return undefined;
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    return `No PDF was made: ${chromium} did not print it (${reason}). ${remedy}`;
  }
}
