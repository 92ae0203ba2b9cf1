import { PlotError } from './errors.js';
import { escapeMarkup } from './escape.js';
import type { ReportBlock } from './report.js';

/** Names and values, a row for each. */
export function settingsTable({ settings, caption }: Extract<ReportBlock, { kind: 'settings' }>): string {
  const rows = Object.entries(settings).map(([name, value]) => {
    return `<tr><th scope="row">${escapeMarkup(name)}</th><td>${escapeMarkup(settingText(value))}</td></tr>`;
  });
  return `<div class="scroll"><table class="settings">${captionMarkup(caption)}<tbody>\n${rows.join('\n')}\n</tbody></table></div>`;
}

function settingText(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map(settingText).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** @throws PlotError when a row does not fit the columns. */
export function dataTable(block: Extract<ReportBlock, { kind: 'table' }>, where: string): string {
  const { columns, rows, rowHeadings = false, caption } = block;
  const numeric = columns.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'));
  const align = (column: number) => (numeric[column] ? ' class="number"' : '');
  const head = columns.map((name, column) => `<th scope="col"${align(column)}>${escapeMarkup(name)}</th>`);
  const body = rows.map((row, index) => {
    if (row.length !== columns.length) {
      throw new PlotError(
        `${where} has ${row.length} cells in row ${index} for ${columns.length} columns: give one per column`,
      );
    }
    const cells = row.map((cell, column) => {
      const [name, scope] = rowHeadings && column === 0 ? ['th', ' scope="row"'] : ['td', ''];
      return `<${name}${scope}${align(column)}>${escapeMarkup(String(cell))}</${name}>`;
    });
    return `<tr>${cells.join('')}</tr>`;
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
