import { PlotError } from './errors.js';
import { escapeMarkup } from './escape.js';
import { inertSvg } from './inert-svg.js';
import { REPORT_STYLE } from './report-style.js';

/** A part of a report's section. */
export type ReportBlock =
  /** A paragraph; line ends are kept. */
  | { readonly kind: 'text'; readonly text: string }
  /** Names and values, such as the settings of a run. Arrays are listed, other objects written as JSON. */
  | { readonly kind: 'settings'; readonly settings: Readonly<Record<string, unknown>>; readonly caption?: string }
  /** Rows of cells, one per column; numbers are aligned at the right and written as JavaScript does. */
  | {
      readonly kind: 'table';
      readonly columns: readonly string[];
      readonly rows: readonly (readonly (string | number)[])[];
      readonly caption?: string;
    }
  /** A picture made by this package, put into the page. */
  | { readonly kind: 'figure'; readonly svg: string; readonly caption?: string };

/** A section of a report. */
export interface ReportSection {
  /** One line above the blocks. */
  readonly heading: string;
  /** What the section shows, from top to bottom. */
  readonly blocks: readonly ReportBlock[];
}

/** What a report says. */
export interface Report {
  /** The page's title and first heading. */
  readonly title: string;
  /** A line under the title. Default: none. */
  readonly subtitle?: string;
  /** Language of the texts, as a BCP 47 tag. Default: `en`. */
  readonly language?: string;
  /** From top to bottom. */
  readonly sections: readonly ReportSection[];
}

/** No scripts and no network, whatever a label may have smuggled in. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/**
 * Writes one HTML page that stands alone: pictures inside it, no script, nothing fetched, light or dark as the reader's
 * system is. Every text is escaped; pictures are checked to do nothing but draw.
 *
 * @returns an HTML document; the same input always gives the same bytes
 * @throws PlotError when a table's row does not fit its columns, a figure holds more than a drawing, or a block is of
 *   no known kind
 */
export function renderReport(report: Report): string {
  const { title, subtitle, language = 'en', sections } = report;
  const body = sections.map(({ heading, blocks }) => {
    const content = blocks.map((block, index) => renderBlock(block, `Block ${index} of section "${heading}"`));
    return `<section>\n<h2>${escapeMarkup(heading)}</h2>\n${content.join('\n')}\n</section>`;
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

function renderBlock(block: ReportBlock, where: string): string {
  switch (block.kind) {
    case 'text':
      return `<p>${escapeMarkup(block.text)}</p>`;
    case 'settings':
      return settingsTable(block.settings, block.caption);
    case 'table':
      return dataTable(block.columns, block.rows, block.caption, where);
    case 'figure': {
      const caption = block.caption === undefined ? '' : `\n<figcaption>${escapeMarkup(block.caption)}</figcaption>`;
      return `<figure>\n${inertSvg(block.svg, where)}${caption}\n</figure>`;
    }
    default: {
      const { kind } = block as { kind: unknown };
      throw new PlotError(`${where} has the kind ${JSON.stringify(kind)}: choose one of text, settings, table, figure`);
    }
  }
}

function settingsTable(settings: Readonly<Record<string, unknown>>, caption: string | undefined): string {
  const rows = Object.entries(settings).map(([name, value]) => {
    return `<tr><th scope="row">${escapeMarkup(name)}</th><td>${escapeMarkup(settingText(value))}</td></tr>`;
  });
  return `<div class="scroll"><table>${captionMarkup(caption)}<tbody>\n${rows.join('\n')}\n</tbody></table></div>`;
}

function settingText(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map(settingText).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function dataTable(
  columns: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  caption: string | undefined,
  where: string,
): string {
  const numeric = columns.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'));
  const align = (column: number) => (numeric[column] ? ' class="number"' : '');
  const head = columns.map((name, column) => `<th scope="col"${align(column)}>${escapeMarkup(name)}</th>`);
  const body = rows.map((row, index) => {
    if (row.length !== columns.length) {
      throw new PlotError(
        `${where} has ${row.length} cells in row ${index} for ${columns.length} columns: give one per column`,
      );
    }
    return `<tr>${row.map((cell, column) => `<td${align(column)}>${escapeMarkup(String(cell))}</td>`).join('')}</tr>`;
  });
  return [
    `<div class="scroll"><table>${captionMarkup(caption)}<thead><tr>${head.join('')}</tr></thead><tbody>`,
    ...body,
    '</tbody></table></div>',
  ].join('\n');
}

function captionMarkup(caption: string | undefined): string {
  return caption === undefined ? '' : `<caption>${escapeMarkup(caption)}</caption>`;
}
