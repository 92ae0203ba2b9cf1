// @ts-check
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parsePage } from './markdown.mjs';

/**
 * Target of a page's link in the report: an address, or a file of the repository that only has a path.
 *
 * @typedef {{ href: string } | { path: string } | { problem: string }} Destination
 *
 * @typedef {object} Site what links are resolved against
 * @property {string} root the repository's folder
 * @property {Map<string, { id: string, anchors: ReadonlySet<string> }>} sections the pages that the report contains, by
 *   their paths from the root
 * @property {string | undefined} repository address of the repository on a code host
 */

/**
 * @param {string} target as written on the page
 * @param {string} from the page, from the root
 * @param {Site} site
 * @returns {Destination}
 */
export function resolveLink(target, from, { root, sections, repository }) {
  if (/^(https?|mailto):/.test(target)) return { href: target };
  if (/^([a-z][a-z+.-]*:|\/)/i.test(target)) {
    return { problem: `${target} is neither a path from this page nor an address of the web` };
  }
  const [file, anchor] = decodeURI(target).split('#');
  const path = file === '' ? from : posix.normalize(posix.join(posix.dirname(from), file));
  if (path.startsWith('..')) return { problem: `${target} leads out of the repository` };

  const section = sections.get(path);
  if (section !== undefined) {
    if (anchor === undefined) return { href: `#${section.id}` };
    if (!section.anchors.has(anchor)) return { problem: `${path} has no heading #${anchor}` };
    return { href: `#${anchorId(section.id, anchor)}` };
  }
  if (!existsSync(join(root, path))) return { problem: `there is no ${path}` };
  const isFolder = statSync(join(root, path)).isDirectory();
  if (anchor !== undefined) {
    if (isFolder || !path.endsWith('.md')) return { problem: `${target}: only pages have headings` };
    const { anchors } = parsePage(path, readFileSync(join(root, path), 'utf8'));
    if (![...anchors.values()].includes(anchor)) return { problem: `${path} has no heading #${anchor}` };
  }
  if (repository === undefined) return { path: path.replace(/\/$/, '') };
  const hash = anchor === undefined ? '' : `#${anchor}`;
  return { href: encodeURI(`${repository}/${isFolder ? 'tree' : 'blob'}/HEAD/${path}${hash}`) };
}

/** @param {string} section @param {string} anchor @returns {string} the id of a heading within the report */
export function anchorId(section, anchor) {
  return `${section}--${anchor}`;
}

/**
 * @param {{ repository?: string | { url?: string } }} manifest of the repository's root
 * @returns {string | undefined} the address for a browser, if there is one
 */
export function repositoryAddress({ repository }) {
  const url = typeof repository === 'string' ? repository : repository?.url;
  const address = url
    ?.replace(/^github:|^(?=[\w.-]+\/[\w.-]+$)/, 'https://github.com/')
    .replace(/^git\+/, '')
    .replace(/^(?:git|ssh):\/\/(?:git@)?/, 'https://')
    .replace(/^git@([^:]+):/, 'https://$1/')
    .replace(/\.git$/, '');
  return address?.startsWith('https://') ? address : undefined;
}
