import { codeBlocks } from './code-blocks.js';
import type { Page } from './markdown-pages.js';

/** Pages for those who change this repository; all others are for people whose machine has npm alone. */
const CONTRIBUTORS = /^(CONTRIBUTING\.md|docs\/publishing\.md|(bench|e2e|scripts)\/.*)$/;

/**
 * Returns where a page asks for pnpm, which a machine may not have. Only contributors need it, where no script of the
 * root does the work, and `npx --yes pnpm@VERSION` fetches it for them.
 *
 * @param version of pnpm that the root's `packageManager` pins.
 */
export function pnpmErrors({ path, text }: Page, version: string): string[] {
  const inBlocks = codeBlocks(text).flatMap(({ code, line }) =>
    code.split('\n').map((shown, index) => ({ shown, line: line + index })),
  );
  const inline = [...text.matchAll(/(?<!`)`([^`\n]+)`/g)].map((match) => ({
    shown: match[1],
    line: text.slice(0, match.index).split('\n').length,
  }));
  const right = `npx --yes pnpm@${version} `;
  return [...inBlocks, ...inline].flatMap(({ shown, line }) => {
    const command = /(?:npx (?:-\S+ )*)?(?<![\w./-])pnpm(?:@\S+)? (?=[\w-])/.exec(shown)?.[0];
    if (command === undefined) return [];
    if (!CONTRIBUTORS.test(path)) return [`${path}:${line}: "${shown.trim()}" needs pnpm`];
    return command === right ? [] : [`${path}:${line}: "${shown.trim()}": write "${right}…", or "npm run SCRIPT -- …"`];
  });
}
