// @ts-check
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentHtml } from './document.mjs';
import { repositoryAddress } from './links.mjs';
import { parsePage } from './markdown.mjs';
import { Problems } from './problems.mjs';
import { readIndex } from './read-index.mjs';
import { renderPage } from './render-page.mjs';

const indexId = 'contents';

/**
 * Returns the pages of `docs/practical` as one HTML document, in the order of the index.
 *
 * @param {object} options
 * @param {string} options.root the repository's folder
 * @param {{ name: string, values: string[] }[]} options.origin for the title page
 * @returns {{ html: string, questions: { id: string, heading: string }[] }}
 * @throws {import('./problems.mjs').ReportError} naming page and line of every formula that does not compile, picture
 *   and link's target that is missing, and where the index and the pages differ
 */
export function buildReport({ root, origin }) {
  const folder = 'docs/practical';
  const problems = new Problems();
  const files = readdirSync(join(root, folder)).filter((file) => file.endsWith('.md') && file !== 'README.md');
  const parse = (/** @type {string} */ file) =>
    parsePage(`${folder}/${file}`, readFileSync(join(root, folder, file), 'utf8'));

  const indexPage = parse('README.md');
  const index = readIndex(indexPage, files, problems);
  const questions = index.questions.map((question) => ({
    ...question,
    id: question.file.replace(/\.md$/, ''),
    heading: `${question.number}\u2002${question.title}`,
    page: parse(question.file),
  }));

  const pages = [{ id: indexId, page: indexPage }, ...questions];
  const site = {
    root,
    sections: new Map(pages.map(({ id, page }) => [page.path, { id, anchors: new Set(page.anchors.values()) }])),
    repository: repositoryAddress(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))),
  };
  const isIndex = (/** @type {unknown} */ target) => target === 'README.md';

  const ofIndex = (/** @type {import('./markdown.mjs').Token[]} */ tokens) =>
    renderPage(indexPage, tokens, indexId, site, problems);
  const html = documentHtml({
    title: index.title,
    introduction: ofIndex(index.before),
    origin,
    contentsId: indexId,
    conventions: ofIndex(index.after),
    sections: questions.map(({ id, heading, page, references }) => ({
      id,
      heading,
      references: references.map(({ name, cell }) => ({ name, html: ofIndex([cell]) })),
      body: renderPage(page, shownTokens(page, isIndex), id, site, problems),
    })),
  });
  problems.throwIfAny();
  return { html, questions: questions.map(({ id, heading }) => ({ id, heading })) };
}

/**
 * Returns the page without its title, which the section's heading replaces, and without the last line that leads from
 * page to page.
 *
 * @param {import('./markdown.mjs').ParsedPage} page
 * @param {(target: unknown) => boolean} isIndex
 */
function shownTokens({ tokens }, isIndex) {
  const start = tokens[0]?.type === 'heading_open' && tokens[0].tag === 'h1' ? 3 : 0;
  const last = tokens.at(-2);
  const leadsOn =
    last?.type === 'inline' &&
    tokens.at(-3)?.type === 'paragraph_open' &&
    last.content.includes(' · ') &&
    last.children?.some((token) => token.type === 'link_open' && isIndex(token.attrGet('href')));
  return tokens.slice(start, leadsOn ? -3 : undefined);
}
