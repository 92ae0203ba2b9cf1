import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A Markdown file of the repository. */
export interface Page {
  /** Path from the root, with slashes: `packages/gemm/README.md`. */
  path: string;
  text: string;
}

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Returns all Markdown files that git knows or would take, except for changelogs and fixtures. */
export function markdownPages(): Page[] {
  const paths = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'], {
    cwd: root,
    encoding: 'utf8',
  });
  return paths
    .split('\0')
    .filter((path) => path !== '' && !/CHANGELOG\.md$|\/fixtures\//.test(path) && existsSync(`${root}/${path}`))
    .sort()
    .map((path) => ({ path, text: readFileSync(`${root}/${path}`, 'utf8') }));
}

/**
 * Returns the folder, from the root, whose dependencies a page's examples may import: the page's package, which can
 * import itself by name; for pages of the repository, `docs`, which depends on all.
 */
export function packageOf(path: string): string {
  const folder = dirname(path);
  if (folder === '.') return 'docs';
  return existsSync(`${root}/${folder}/package.json`) ? folder : packageOf(folder);
}
