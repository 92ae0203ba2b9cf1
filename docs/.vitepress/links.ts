import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { slug } from 'github-slugger';
import type { MarkdownRenderer } from 'vitepress';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Returns the path of a page in the site: a folder's README is its index. */
export function pageOf(path: string): string {
  return path.replace(/(^|\/)README\.md$/, '$1index.md');
}

/**
 * Returns where a file or folder of the repository is shown in the site, from the site's root: a page as itself, a
 * folder as its README, anything else as its source.
 *
 * @param path from the root of the repository, `packages/gemm/src/gemm.ts`
 */
export function addressOf(path: string): string {
  const file = path.replace(/\/$/, '');
  if (file.endsWith('.md')) return `/${pageOf(file)}`;
  if (existsSync(join(root, file, 'README.md'))) return `/${pageOf(posix.join(file, 'README.md'))}`;
  return `/docs/source/${file}.md`;
}

/** Returns the path that a link of a page leads to, from the root of the repository; undefined for other links. */
export function targetOf(href: string, page: string): string | undefined {
  if (/^([a-z][a-z+.-]*:|\/|#)/i.test(href)) return undefined;
  return posix.join(posix.dirname(page), decodeURI(href).replace(/[?#].*$/, ''));
}

/** The file that the code below this comment is quoted from. */
export const CODE_ORIGIN = /^<!-- code (\S+) -->/;

/** The page that holds all answers to the practical, to be printed. */
const PRINTED = 'docs/practical/print.md';

/**
 * Has the links of pages, which lead to files of the repository, lead to where the site shows them, and shows where
 * quoted code comes from. On the page to be printed, links between the answers lead to their headings on that page.
 */
export function repositoryLinks(md: MarkdownRenderer): void {
  md.core.ruler.push('repository_links', ({ tokens, env }) => {
    const page = posix.relative(root, env.realPath ?? env.path);
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.attrGet('href');
      const target = token.type === 'link_open' && href !== null ? targetOf(href, page) : undefined;
      if (target === undefined) continue;
      const isPrinted = page === PRINTED && posix.dirname(target) === posix.dirname(PRINTED) && target.endsWith('.md');
      const fragment = /#.*$/.exec(href!)?.[0] ?? '';
      token.attrSet('href', isPrinted ? `#${slug(titleOf(target))}` : encodeURI(addressOf(target)) + fragment);
    }
    for (const token of tokens) {
      const [, path] = (token.type === 'html_block' && CODE_ORIGIN.exec(token.content)) || [];
      if (path === undefined) continue;
      token.content = `<p class="code-origin">${md.renderInline(`[\`${path}\`](${addressOf(path)})`, env)}</p>\n`;
    }
  });
}

/** Returns the first heading of a page, without its marks of code. */
export function titleOf(path: string): string {
  const title = /^# (.*)$/m.exec(readFileSync(join(root, path), 'utf8'))?.[1] ?? path;
  return title.replaceAll('`', '');
}
