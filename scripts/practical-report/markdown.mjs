// @ts-check
import MarkdownIt from 'markdown-it';
import { headingAnchors } from '../lib/heading-anchor.mjs';
import { withoutComments } from './comments.mjs';
import { mathematics } from './mathematics.mjs';

/** @typedef {import('markdown-it').Token} Token */

/** Parser, made once: it does not keep the state of a page. */
export const markdownIt = new MarkdownIt({ html: true }).use(mathematics);

const { escapeHtml } = markdownIt.utils;

markdownIt.renderer.rules.fence = (/** @type {Token[]} */ tokens, /** @type {number} */ at) => {
  const [, origin] = tokens[at].info.trim().split(/\s+/);
  const caption = origin === undefined ? '' : `<figcaption>${pathHtml(origin)}</figcaption>`;
  return `<figure class="code">${caption}<pre><code>${escapeHtml(tokens[at].content)}</code></pre></figure>\n`;
};
markdownIt.renderer.rules.table_open = () => '<div class="table"><table>\n';
markdownIt.renderer.rules.table_close = () => '</table></div>\n';

markdownIt.renderer.rules.code_inline = (/** @type {Token[]} */ tokens, /** @type {number} */ at) =>
  `<code>${tokens[at].content.split(' ').map(wholeHtml).join(' ')}</code>`;

/** @param {string} path @returns {string} HTML that may break behind each slash, and nowhere else */
export function pathHtml(path) {
  return `<code class="path">${path.split('/').map(wholeHtml).join('/<wbr>')}</code>`;
}

/** @param {string} word @returns {string} HTML that does not break at the word's hyphens, unless it is very long */
function wholeHtml(word) {
  const html = escapeHtml(word);
  return /-\w/.test(word) && word.length <= 36 ? `<span class="whole">${html}</span>` : html;
}

/**
 * @typedef {object} ParsedPage
 * @property {string} path from the root of the repository
 * @property {Token[]} tokens
 * @property {Map<Token, string>} anchors of the headings' opening tokens
 */

/**
 * @param {string} path from the root of the repository
 * @param {string} text
 * @returns {ParsedPage}
 */
export function parsePage(path, text) {
  const tokens = markdownIt.parse(withoutComments(text), {});
  const openings = tokens.filter(({ type }) => type === 'heading_open');
  const names = headingAnchors(openings.map((opening) => tokens[tokens.indexOf(opening) + 1].content));
  return { path, tokens, anchors: new Map(openings.map((opening, i) => [opening, names[i]])) };
}

/**
 * All tokens, those within a line too, with the line of the page that each begins in, counted from 1.
 *
 * @param {readonly Token[]} tokens
 * @returns {Generator<{ token: Token, line: number, siblings: readonly Token[] }>}
 */
export function* withLines(tokens) {
  let line = 1;
  for (const token of tokens) {
    if (token.map !== null) line = token.map[0] + 1;
    yield { token, line, siblings: tokens };
    let within = line;
    for (const child of token.children ?? []) {
      yield { token: child, line: within, siblings: token.children ?? [] };
      if (child.type === 'softbreak' || child.type === 'hardbreak') within += 1;
    }
  }
}

/** @param {readonly Token[]} tokens of a line @returns {string} what they say, without their markup */
export function plainText(tokens) {
  return tokens
    .map(({ type, content, children }) => {
      if (type === 'softbreak' || type === 'hardbreak') return ' ';
      return children === null || type === 'image' ? content : plainText(children);
    })
    .join('');
}
