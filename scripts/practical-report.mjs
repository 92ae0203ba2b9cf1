// The answers to the practical as one report, from the pages in docs/practical.
//   pnpm practical-report             writes report/practical-report.html, and .pdf where there is a Chromium
//   pnpm practical-report --out DIR   writes them there
//   pnpm practical-report --pdf       fails where there is no Chromium to print it
//   pnpm practical-report --no-pdf    does not look for one
// Fails on a formula that does not compile, a picture or a link's target that is missing, and where the index and the pages
// differ, with page and line.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CHROMIUM, NO_CHROMIUM } from './lib/find-chromium.mjs';
import { root } from './lib/workspace.mjs';
import { buildReport } from './practical-report/build-report.mjs';
import { origin } from './practical-report/origin.mjs';
import { printReport } from './practical-report/print.mjs';
import { ReportError } from './practical-report/problems.mjs';

/** Never leaves half a file under its name. */
function write(path, content) {
  writeFileSync(`${path}.tmp`, content);
  renameSync(`${path}.tmp`, path);
  console.log(path);
}

try {
  const { values } = parseArgs({
    options: { out: { type: 'string', default: join(root, 'report') }, pdf: { type: 'boolean' } },
    allowNegative: true,
  });
  const folder = resolve(values.out);
  const { html } = buildReport({ root, origin: origin(new Date()) });
  mkdirSync(folder, { recursive: true });
  write(join(folder, 'practical-report.html'), html);
  if (values.pdf !== false) {
    if (CHROMIUM !== undefined) {
      write(join(folder, 'practical-report.pdf'), await printReport(html, CHROMIUM));
    } else {
      console.error(
        `No PDF was made: ${NO_CHROMIUM}. Install Chromium or Chrome, or print the HTML page from a browser.`,
      );
      if (values.pdf) process.exitCode = 1;
    }
  }
} catch (error) {
  if (!(error instanceof ReportError) && !error.code?.startsWith('ERR_PARSE_ARGS')) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
