import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Page, root } from './markdown-pages.js';

/** A cell of a notebook, as Jupyter's format 4 has it. */
interface Cell {
  cell_type: 'markdown' | 'code';
  source: readonly string[];
  outputs?: readonly Output[];
}

interface Output {
  output_type: string;
  text?: readonly string[];
  data?: Record<string, readonly string[] | string>;
}

/** A notebook as a page: its code is one program, and what its cells have printed is the output of that. */
export interface NotebookPage extends Page {
  /** SVG pictures that its cells have shown. */
  pictures: string[];
}

const FOLDER = 'docs/notebooks';

/** Returns the notebooks for learners. */
export function notebookPages(): NotebookPage[] {
  return readdirSync(join(root, FOLDER))
    .filter((name) => name.endsWith('.ipynb'))
    .sort()
    .map((name) => notebookPage(`${FOLDER}/${name}`, readFileSync(join(root, FOLDER, name), 'utf8')));
}

/**
 * Turns a notebook into a page.
 *
 * @throws Error for a cell that has ended with an error, or another format.
 */
export function notebookPage(path: string, text: string): NotebookPage {
  const { cells, nbformat } = JSON.parse(text) as { cells: Cell[]; nbformat: number };
  if (nbformat !== 4) throw new Error(`${path}: is of Jupyter's format ${nbformat}, not 4.`);
  const outputs = cells.flatMap((cell) => cell.outputs ?? []);
  const failed = outputs.find(({ output_type }) => output_type === 'error');
  if (failed !== undefined) throw new Error(`${path}: holds the error of a cell; run it again.`);
  let isFirst = true;
  const parts = cells.map(({ cell_type, source, outputs = [] }) => {
    if (cell_type === 'markdown') return source.join('');
    const marker = isFirst ? '' : '<!-- example: continues -->\n\n';
    isFirst = false;
    const printed = outputs.flatMap((output) => output.text ?? []).join('');
    return `${marker}${block('ts', source.join(''))}${printed === '' ? '' : `\n\n${block('text', printed)}`}`;
  });
  const pictures = outputs.flatMap(({ data }) => {
    const svg = data?.['image/svg+xml'];
    return svg === undefined ? [] : [typeof svg === 'string' ? svg : svg.join('')];
  });
  return { path, text: `${parts.join('\n\n')}\n`, pictures };
}

function block(language: string, code: string): string {
  return `\`\`\`${language}\n${code.trimEnd()}\n\`\`\``;
}
