// @ts-check
import { anchorId, resolveLink } from './links.mjs';
import { markdownIt, pathHtml, plainText, withLines } from './markdown.mjs';
import { formulaError, renderFormula, UNCLOSED } from './mathematics.mjs';
import { embedPicture } from './pictures.mjs';

/** @typedef {import('./markdown.mjs').ParsedPage} ParsedPage */
/** @typedef {import('./markdown.mjs').Token} Token */
/** @typedef {import('./links.mjs').Site} Site */
/** @typedef {import('./problems.mjs').Problems} Problems */

const { escapeHtml } = markdownIt.utils;

/** Tags that Markdown has no signs for, and that load nothing. */
const harmlessTag = /^<(br|\/?(sub|sup|kbd))\s*\/?>$/i;

markdownIt.renderer.rules.ready_html = (tokens, at) => tokens[at].content;

/**
 * Returns the page's body as HTML: formulas set, pictures embedded, links turned to where they lead in the report,
 * headings one level down.
 *
 * @param {ParsedPage} page whose tokens are used up
 * @param {readonly Token[]} tokens those of the page that the report shows
 * @param {string} id of the section, which the ids of its headings begin with
 * @param {Site} site
 * @param {Problems} problems gets what cannot be shown
 */
export function renderPage(page, tokens, id, site, problems) {
  const shown = new Set(tokens);
  const inlines = new Map(tokens.flatMap((token) => (token.children ?? []).map((child) => [child, token])));
  for (const { token, line } of withLines(page.tokens)) {
    if (!shown.has(token) && !inlines.has(token)) continue;
    /** @param {string} message @param {number} [offset] */
    const report = (message, offset = 0) => problems.add(page.path, line + offset, message);
    switch (token.type) {
      case 'heading_open':
        token.attrSet('id', anchorId(id, page.anchors.get(token) ?? ''));
        token.tag = demoted(token.tag);
        break;
      case 'heading_close':
        token.tag = demoted(token.tag);
        break;
      case 'math_inline':
      case 'math_block':
        setFormula(token, report);
        break;
      case 'image':
        embed(token, page.path, site.root, report);
        break;
      case 'link_open':
        turnLink(token, inlines.get(token)?.children ?? [], page.path, site, report);
        break;
      case 'html_inline':
      case 'html_block':
        if (!harmlessTag.test(token.content.trim())) {
          report(`HTML is not taken into the report, write Markdown: ${token.content.trim().split('\n')[0]}`);
        }
        break;
    }
  }
  markFigures(tokens);
  return markdownIt.renderer.render([...tokens], markdownIt.options, {});
}

/** @param {string} tag `h2` @returns {string} `h3` */
function demoted(tag) {
  return `h${Math.min(6, Number(tag.slice(1)) + 1)}`;
}

/** @param {Token} token @param {(message: string, offset?: number) => void} report */
function setFormula(token, report) {
  if (token.meta?.[/** @type {any} */ (UNCLOSED)]) {
    report('a dollar begins a formula that does not end; \\$ is a dollar');
    return;
  }
  try {
    token.content = renderFormula(token.content, token.type === 'math_block');
  } catch (error) {
    const { message, line } = formulaError(error, token.content);
    report(message, line);
  }
}

/** @param {Token} token @param {string} from @param {string} root @param {(message: string) => void} report */
function embed(token, from, root, report) {
  const picture = embedPicture(String(token.attrGet('src')), from, root);
  if ('uri' in picture) token.attrSet('src', picture.uri);
  else report(picture.problem);
}

/**
 * @param {Token} opening
 * @param {Token[]} siblings tokens of the same line
 * @param {string} from
 * @param {Site} site
 * @param {(message: string) => void} report
 */
function turnLink(opening, siblings, from, site, report) {
  const destination = resolveLink(String(opening.attrGet('href')), from, site);
  if ('problem' in destination) {
    report(destination.problem);
  } else if ('href' in destination) {
    opening.attrSet('href', destination.href);
  } else {
    const start = siblings.indexOf(opening);
    const closing = siblings.findIndex(({ type }, at) => at > start && type === 'link_close');
    const content = siblings.slice(start + 1, closing);
    const text = plainText(content);
    const isPath = destination.path === text || destination.path.endsWith(`/${text}`);
    const path = pathHtml(destination.path);
    toHtml(opening, isPath ? path : '');
    toHtml(siblings[closing], isPath ? '' : ` (${path})`);
    if (isPath) for (const token of content) toHtml(token, '');
  }
}

/** @param {Token} token @param {string} html */
function toHtml(token, html) {
  token.type = 'ready_html';
  token.content = html;
}

/**
 * Makes figures of the pictures that stand alone; their caption is the alternative text.
 *
 * @param {readonly Token[]} tokens
 */
function markFigures(tokens) {
  tokens.forEach((token, at) => {
    const [open, close] = [tokens[at - 1], tokens[at + 1]];
    const [image, ...others] = token.children ?? [];
    if (open?.type !== 'paragraph_open' || image?.type !== 'image' || others.length > 0) return;
    open.tag = 'figure';
    close.tag = 'figure';
    const caption = plainText(image.children ?? []);
    const picture = markdownIt.renderer.renderInline([image], markdownIt.options, {});
    toHtml(image, caption === '' ? picture : `${picture}<figcaption>${escapeHtml(caption)}</figcaption>`);
  });
}
