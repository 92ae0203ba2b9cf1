import { examplesOf } from './examples.js';
import type { Page } from './markdown-pages.js';

/** Returns the packages that a page's examples import and no `npm install` of the page names. */
export function uninstalledImports(page: Page): string[] {
  const installed = [...page.text.matchAll(/npm install ([^`\n]+(?:\n(?!```)[^`\n]+`)?)/g)].flatMap(([, names]) =>
    names.split(/[\s`]+/),
  );
  const imported = examplesOf(page).flatMap(({ program }) =>
    [...program.matchAll(/(?:from|import) '([^'.]+)'/g)].map(([, name]) => packageName(name)),
  );
  return [...new Set(imported)].filter((name) => !name.startsWith('node:') && !installed.includes(name));
}

/** Maps `@scope/name/path` to `@scope/name`. */
function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
