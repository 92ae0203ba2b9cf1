import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { headingAnchors } from '../lib/heading-anchor.mjs';
import type { Page } from './markdown-pages.js';

/**
 * Returns the links of a page that lead nowhere inside the repository: to a file that is not there, or to a heading
 * that the page does not have. Links to other places are not followed.
 *
 * @param root the folder that the page's path starts from.
 * @returns one line for each: page, line of the page, target, what is missing.
 */
export function brokenLinks(page: Page, root: string): string[] {
  return linksOf(page.text).flatMap(({ target, line }) => {
    const [path, anchor] = decodeURI(target).split('#') as [string, string?];
    const file = path === '' ? page.path : normalize(join(dirname(page.path), path));
    const at = `${page.path}:${line}: ${target}`;
    if (file.startsWith('..') || !existsSync(join(root, file))) return [`${at}: there is no ${file}`];
    if (anchor === undefined) return [];
    if (!file.endsWith('.md') || statSync(join(root, file)).isDirectory()) return [`${at}: only pages have headings`];
    const text = path === '' ? page.text : readFileSync(join(root, file), 'utf8');
    return anchorsOf(text).has(anchor) ? [] : [`${at}: ${file} has no heading #${anchor}`];
  });
}

/**
 * Returns the paths of the pages that can be reached from one of them by links; a link to a folder leads to its README.
 *
 * @param pages the pages there are, the first one included.
 */
export function reachablePages(first: string, pages: readonly Page[]): Set<string> {
  const byPath = new Map(pages.map((page) => [page.path, page]));
  const reached = new Set([first]);
  for (const path of reached) {
    for (const { target } of linksOf(byPath.get(path)!.text)) {
      const file = normalize(join(dirname(path), decodeURI(target).split('#')[0]!)).replaceAll('\\', '/');
      const page = [file, `${file.replace(/\/$/, '')}/README.md`].find((candidate) => byPath.has(candidate));
      if (page !== undefined) reached.add(page);
    }
  }
  return reached;
}

function linksOf(markdown: string): { target: string; line: number }[] {
  const text = withoutCode(markdown);
  const patterns = [
    /\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)/g, // [text](target "title"), ![text](target)
    /^\s*\[[^\]]+\]:\s*<?([^\s>]+)/gm, // [name]: target
    /<(?:a|img|source)\b[^>]*?\b(?:href|src|srcset)="([^"]+)"/g,
  ];
  return patterns
    .flatMap((pattern) => [...text.matchAll(pattern)])
    .map((match) => ({ target: match[1], line: text.slice(0, match.index).split('\n').length }))
    .filter(({ target }) => !/^([a-z][a-z+.-]*:|\/\/)/i.test(target));
}

/** Returns the names under which a page's headings can be linked to, as GitHub makes them. */
function anchorsOf(markdown: string): Set<string> {
  const text = withoutCode(markdown, false);
  const named = [...text.matchAll(/<a\b[^>]*?\b(?:id|name)="([^"]+)"/g)].map(([, name]) => name);
  const headings = [...text.matchAll(/^#{1,6}\s+(.*?)\s*#*$/gm)].map(([, heading]) => heading);
  return new Set([...named, ...headingAnchors(headings)]);
}

/** Returns the page with code blanked out, character for character; inline code only if asked for. */
function withoutCode(markdown: string, inline = true): string {
  const blank = (code: string) => code.replace(/[^\n]/g, ' ');
  const text = markdown.replace(/^(\s*)(`{3,}|~{3,})[^\n]*\n.*?^\s*\2\s*$/gms, blank);
  return inline ? text.replace(/(`+)(?!`)(?:(?!\n\n).)*?(?<!`)\1(?!`)/gs, blank) : text;
}
