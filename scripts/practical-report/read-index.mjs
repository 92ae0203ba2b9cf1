// @ts-check
import { plainText, withLines } from './markdown.mjs';

/** @typedef {import('./markdown.mjs').ParsedPage} ParsedPage */
/** @typedef {import('./markdown.mjs').Token} Token */
/** @typedef {import('./problems.mjs').Problems} Problems */

/**
 * @typedef {object} Question
 * @property {string} number `1.1 a`
 * @property {string} title `The linear module`
 * @property {string} file `1.1a-linear.md`
 * @property {{ name: string, cell: Token }[]} references the other columns: their heading and what they say
 *
 * @typedef {object} Index
 * @property {Question[]} questions in the order of the index
 * @property {Token[]} before what the index says before its table, without its title
 * @property {Token[]} after what it says after it
 * @property {string} title
 */

/**
 * Reads the table of the questions, whose first two columns are `question` and `page`.
 *
 * @param {ParsedPage} index
 * @param {readonly string[]} files the folder's other pages
 * @param {Problems} problems gets rows without a page, and pages without a row
 * @returns {Index}
 */
export function readIndex(index, files, problems) {
  const { tokens } = index;
  const start = tokens.findIndex(
    ({ type }, at) => type === 'table_open' && cells(tokens.slice(at)).slice(0, 2).join() === 'question,page',
  );
  if (start < 0) {
    problems.add(index.path, 1, 'there is no table whose first columns are "question" and "page"');
    return { questions: [], before: [], after: [], title: '' };
  }
  const end = tokens.findIndex(({ type }, at) => at > start && type === 'table_close');
  const tableLine = (tokens[start].map?.[0] ?? 0) + 1;

  /** @type {Question[]} */
  const questions = [];
  const [head, ...rows] = rowsOf(tokens.slice(start, end));
  for (const { line, inlines } of rows) {
    const number = plainText([inlines[0]]);
    const link = inlines[1].children?.find(({ type }) => type === 'link_open');
    const file = String(link?.attrGet('href') ?? '');
    const title = plainText([inlines[1]]);
    if (number === '' || link === undefined) {
      problems.add(index.path, line, 'this row lacks the number of a question, or the link to its page');
    } else if (!files.includes(file)) {
      problems.add(index.path, line, `there is no page ${file}`);
    } else if (questions.some((one) => one.file === file)) {
      problems.add(index.path, line, `${file} has a row already`);
    } else {
      const references = inlines.slice(2).map((cell, at) => ({ name: plainText([head.inlines[at + 2]]), cell }));
      questions.push({ number, title, file, references: references.filter(({ cell }) => cell.content !== '') });
    }
  }
  for (const file of files.filter((one) => !questions.some((question) => question.file === one))) {
    problems.add(index.path, tableLine, `the table has no row for ${file}`);
  }

  const titleAt = tokens.findIndex(({ type, tag }) => type === 'heading_open' && tag === 'h1');
  return {
    questions,
    title: titleAt < 0 ? '' : plainText([tokens[titleAt + 1]]),
    before: tokens.slice(titleAt < 0 ? 0 : titleAt + 3, start),
    after: tokens.slice(end + 1),
  };
}

/** @param {readonly Token[]} tokens from `table_open` on */
function cells(tokens) {
  return tokens.filter(({ type }) => type === 'inline').map((token) => plainText([token]));
}

/** @param {readonly Token[]} tokens of a table */
function rowsOf(tokens) {
  /** @type {{ line: number, inlines: Token[] }[]} */
  const rows = [];
  for (const { token, line } of withLines(tokens)) {
    if (token.type === 'tr_open') rows.push({ line, inlines: [] });
    if (token.type === 'inline') rows.at(-1)?.inlines.push(token);
  }
  return rows;
}
