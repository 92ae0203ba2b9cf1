// @ts-check
import katex from 'katex';

/** @typedef {import('markdown-it').MarkdownIt} MarkdownIt */

/** Text of a formula without an end. */
export const UNCLOSED = Symbol('unclosed');

/**
 * Teaches Markdown the mathematics of code hosts: `$…$` within a line, and `$$` on separate lines. Makes tokens
 * `math_inline` and `math_block`, whose content is TeX.
 *
 * @param {MarkdownIt} md
 */
export function mathematics(md) {
  md.inline.ruler.after('escape', 'math_inline', (state, silent) => {
    if (state.src[state.pos] !== '$') return false;
    const [whole, tex] = /^\$(?![\s$])([^$\n]*?[^\s\\$])\$/.exec(state.src.slice(state.pos, state.posMax)) ?? ['$'];
    if (!silent) {
      const token = state.push('math_inline', '', 0);
      token.content = tex?.replace(/^`(.*)`$/, '$1') ?? '';
      if (tex === undefined) token.meta = { [UNCLOSED]: true };
    }
    state.pos += whole.length;
    return true;
  });

  md.block.ruler.before(
    'fence',
    'math_block',
    (state, start, end, silent) => {
      const line = (/** @type {number} */ at) => state.src.slice(state.bMarks[at] + state.tShift[at], state.eMarks[at]);
      if (state.sCount[start] - state.blkIndent >= 4 || !line(start).startsWith('$$')) return false;
      if (silent) return true;
      const lines = [line(start).slice(2)];
      let last = start;
      while (!lines.at(-1)?.trimEnd().endsWith('$$') && last + 1 < end) {
        last += 1;
        lines.push(line(last));
      }
      const closed = lines.at(-1)?.trimEnd().endsWith('$$');
      const token = state.push('math_block', '', 0);
      token.content = lines.join('\n').trimEnd().replace(/\$\$$/, '');
      token.map = [start, last + 1];
      if (!closed) token.meta = { [UNCLOSED]: true };
      state.line = last + 1;
      return true;
    },
    { alt: ['paragraph', 'reference', 'blockquote', 'list'] },
  );

  md.renderer.rules.math_inline = (tokens, at) => tokens[at].content;
  md.renderer.rules.math_block = (tokens, at) => `<div class="formula">${tokens[at].content}</div>\n`;
}

/**
 * @param {string} tex
 * @param {boolean} display on lines of its own
 * @returns {string} HTML for eyes, and MathML for those who have it read to them
 * @throws {katex.ParseError} when it is not TeX, or needs a character that the fonts do not have
 */
export function renderFormula(tex, display) {
  return katex.renderToString(tex, {
    displayMode: display,
    throwOnError: true,
    strict: (code) => (code === 'unicodeTextInMathMode' ? 'ignore' : 'error'),
  });
}

/**
 * @param {unknown} error of `renderFormula`
 * @param {string} tex
 * @returns {{ message: string, line: number }} the line within the formula, from 0
 */
export function formulaError(error, tex) {
  if (!(error instanceof katex.ParseError)) throw error;
  return {
    message: `this formula does not compile: ${error.rawMessage ?? error.message}: ${tex.trim()}`,
    line: tex.slice(0, error.position ?? 0).split('\n').length - 1,
  };
}
