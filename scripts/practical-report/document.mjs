// @ts-check
import { readFileSync } from 'node:fs';
import { katexStyle } from './katex-style.mjs';
import { markdownIt } from './markdown.mjs';

const { escapeHtml } = markdownIt.utils;

/**
 * @typedef {object} Section
 * @property {string} id
 * @property {string} heading
 * @property {{ name: string, html: string }[]} references the code and the checks that belong to it
 * @property {string} body HTML
 *
 * @param {object} parts
 * @param {string} parts.title
 * @param {string} parts.introduction HTML
 * @param {{ name: string, values: string[] }[]} parts.origin
 * @param {string} parts.contentsId
 * @param {string} parts.conventions HTML that stands before the questions
 * @param {Section[]} parts.sections
 * @returns {string} a page that needs nothing beside it
 */
export function documentHtml({ title, introduction, origin, contentsId, conventions, sections }) {
  const style = readFileSync(new URL('./report.css', import.meta.url), 'utf8');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${katexStyle()}</style>
<style>${style}</style>
</head>
<body>
<header class="title-page">
<h1>${escapeHtml(title)}</h1>
${introduction}
<dl class="origin">
${origin.map(({ name, values }) => `<dt>${escapeHtml(name)}</dt><dd>${values.map(item).join(' ')}</dd>`).join('\n')}
</dl>
</header>
<nav id="${contentsId}">
<h2>Contents</h2>
<ol>
${sections.map(({ id, heading }) => `<li><a href="#${id}">${escapeHtml(heading)}</a></li>`).join('\n')}
</ol>
</nav>
<section class="conventions">
${conventions}
</section>
${sections.map(sectionHtml).join('\n')}
</body>
</html>
`;
}

/** @param {string} value */
function item(value) {
  return `<span class="item">${escapeHtml(value)}</span>`;
}

/** @param {Section} section */
function sectionHtml({ id, heading, references, body }) {
  const list = references.map(({ name, html }) => `<dt>${escapeHtml(name)}</dt><dd>${html}</dd>`).join('\n');
  return `<section class="question" id="${id}">
<h2>${escapeHtml(heading)}</h2>
<dl class="references">
${list}
</dl>
${body}
</section>`;
}
