import { PlotError } from './errors.js';
import { escapeMarkup } from './escape.js';
import { inertSvg } from './inert-svg.js';
import type { Report, ReportBlock } from './report.js';
import { imageList } from './report-images.js';
import { REPORT_STYLE } from './report-style.js';
import { dataTable, settingsTable } from './report-tables.js';

/** Policy without scripts and without network, even if a label has smuggled some in. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** Levels of headings below the title and the sections' headings. */
const PART_LEVELS = { first: 3, last: 6 };

/**
 * Writes one HTML page that stands alone: pictures inside it, no script, nothing fetched, light or dark as the reader's
 * system is. Every text is escaped; pictures are checked to do nothing but draw.
 *
 * @returns an HTML document; the same input always gives the same bytes
 * @throws PlotError when a table's row does not fit its columns, a figure holds more than a drawing, an image's pixels
 *   do not match its size, or a block is of no known kind
 */
export function renderReport(report: Report): string {
  const { title, subtitle, language = 'en', sections } = report;
  const body = sections.map(({ heading, blocks }) => {
    const content = renderBlocks(blocks, `section "${heading}"`, PART_LEVELS.first);
    return `<section>\n<h2>${escapeMarkup(heading)}</h2>\n${content}\n</section>`;
  });
  return `<!DOCTYPE html>
<html lang="${escapeMarkup(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeMarkup(title)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
<h1>${escapeMarkup(title)}</h1>
${subtitle === undefined ? '' : `<p class="subtitle">${escapeMarkup(subtitle)}</p>\n`}${body.join('\n')}
</main>
</body>
</html>
`;
}

function renderBlocks(blocks: readonly ReportBlock[], parent: string, level: number): string {
  return blocks.map((block, index) => renderBlock(block, `Block ${index} of ${parent}`, level)).join('\n');
}

function renderBlock(block: ReportBlock, where: string, level: number): string {
  switch (block.kind) {
    case 'text':
      return `<p>${escapeMarkup(block.text)}</p>`;
    case 'settings':
      return settingsTable(block);
    case 'table':
      return dataTable(block, where);
    case 'figure': {
      const caption = block.caption === undefined ? '' : `\n<figcaption>${escapeMarkup(block.caption)}</figcaption>`;
      return `<figure>\n${inertSvg(block.svg, where)}${caption}\n</figure>`;
    }
    case 'images':
      return imageList(block, where);
    case 'part':
      return partMarkup(block, level);
    default: {
      const { kind } = block as { kind: unknown };
      const kinds = 'text, settings, table, figure, images, part';
      throw new PlotError(`${where} has the kind ${JSON.stringify(kind)}: choose one of ${kinds}`);
    }
  }
}

function partMarkup({ heading, blocks, collapsed }: Extract<ReportBlock, { kind: 'part' }>, level: number): string {
  const title = `<h${level}>${escapeMarkup(heading)}</h${level}>`;
  const content = renderBlocks(blocks, `part "${heading}"`, Math.min(level + 1, PART_LEVELS.last));
  if (collapsed === undefined) return `<section class="part">\n${title}\n${content}\n</section>`;
  return `<details class="part"${collapsed ? '' : ' open'}>\n<summary>${title}</summary>\n${content}\n</details>`;
}
