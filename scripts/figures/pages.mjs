// @ts-check
import { fixed } from './markdown.mjs';

/** @typedef {(source: string) => unknown} ReadResult the value that a source names */

const markedTable = /(<!-- table (\S+) -->\n).*?(<!-- \/table -->)/gs;

/**
 * Puts the tables in between their marks, `<!-- table NAME -->` and `<!-- /table -->`.
 *
 * @param {string} page
 * @param {Readonly<Record<string, () => string>>} tables by name
 * @returns {string} the page with the tables up to date
 * @throws {Error} for a table that does not exist
 */
export function withTables(page, tables) {
  return page.replaceAll(markedTable, (_, before, name, after) => {
    const table = tables[name];
    if (table === undefined) {
      throw new Error(
        `<!-- table ${name} -->: there are ${Object.keys(tables).join(', ')} in scripts/figures/tables.mjs`,
      );
    }
    return `${before}${table()}\n${after}`;
  });
}

/**
 * A figure in the text of a page, and where it comes from.
 *
 * @typedef {object} Figure
 * @property {string} text as readers see it: `0.4838`, `48.38 %`, `1,400`
 * @property {string} source
 */

const list = /^<!-- figures\n((?:(?!-->).*\n)*)-->\n*$(?![\s\S])/m;

/**
 * Returns the figures that the comment at the end of a page lists:
 *
 *     <!-- figures
 *     0.4838 = mlp-ndarray/evaluations.csv split=test step=1400 accuracy
 *     -->
 *
 * @param {string} page
 * @returns {Figure[]}
 */
export function figuresOf(page) {
  const lines = list.exec(page)?.[1].trimEnd().split('\n') ?? [];
  return lines.map((line) => {
    const [, text, source] = /^(.+?) = (.+)$/.exec(line) ?? [];
    if (source === undefined) throw new Error(`"${line}" in <!-- figures: write "FIGURE = FILE CONDITIONS FIELD"`);
    return { text, source };
  });
}

/**
 * Puts the values of today in place of the listed figures, in the text and in the list, with as many digits as they had.
 *
 * @param {string} page
 * @param {ReadResult} resultAt
 * @returns {string}
 * @throws {Error} for a figure that the text does not have, and for two figures that read the same and no longer are
 */
export function withFigures(page, resultAt) {
  /** @type {Map<string, string>} */
  const changes = new Map();
  for (const { text, source } of figuresOf(page)) {
    if (!occurrences(text).test(page.replace(list, ''))) {
      throw new Error(`${text}, listed as ${source}, is not on the page`);
    }
    const now = written(resultAt(source), text);
    const other = changes.get(text) ?? now;
    if (other !== now) throw new Error(`${text} has become ${other} and ${now}: change the text and the list by hand`);
    changes.set(text, now);
  }
  if (changes.size === 0) return page;
  return page.replaceAll(occurrences(...changes.keys()), (text) => changes.get(text) ?? text);
}

/** @param {string[]} texts @returns {RegExp} where one of them stands as a whole */
function occurrences(...texts) {
  const literal = (/** @type {string} */ text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const longestFirst = texts.sort((one, other) => other.length - one.length);
  return new RegExp(`(?<![\\w.,])(?:${longestFirst.map(literal).join('|')})(?![\\w%]|[.,]\\d)`, 'g');
}

/** @param {unknown} value @param {string} like a text that shows its form @returns {string} */
function written(value, like) {
  if (typeof value !== 'number') return String(value);
  const digits = /^[\d,]+(?:\.(\d+))?/.exec(like)?.[1]?.length ?? 0;
  const shown = like.endsWith(' %') ? `${fixed(100 * value, digits)} %` : fixed(value, digits);
  return like.includes(',') ? Number(shown).toLocaleString('en') : shown;
}
