// The answers to the practical as one report, from the pages in docs/practical.
//   npm run practical-report             writes report/practical-report.html, and .pdf if there is a Chromium
//   npm run practical-report -- --out DIR   writes them there
//   npm run practical-report -- --pdf       fails when no Chromium prints it
//   npm run practical-report -- --no-pdf    writes the HTML only
// Fails on a formula that does not compile, a picture or a link's target that is missing, and where the index and the pages
// differ, with page and line.
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CHROMIUM } from './lib/find-chromium.mjs';
import { root } from './lib/workspace.mjs';
import { buildReport } from './practical-report/build-report.mjs';
import { origin } from './practical-report/origin.mjs';
import { ReportError } from './practical-report/problems.mjs';
import { writeReport } from './practical-report/write-report.mjs';

try {
  const { values } = parseArgs({
    options: { out: { type: 'string', default: join(root, 'report') }, pdf: { type: 'boolean' } },
    allowNegative: true,
  });
  const { html } = buildReport({ root, origin: origin(new Date()) });
  const { pdf } = values;
  const trouble = await writeReport(html, {
    folder: resolve(values.out),
    pdf,
    chromium: CHROMIUM,
    log: (path) => console.log(path),
  });
  if (trouble !== undefined) {
    console.error(trouble);
    if (pdf) process.exitCode = 1;
  }
} catch (error) {
  if (!(error instanceof ReportError) && !String(error.code).startsWith('ERR_PARSE_ARGS')) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
