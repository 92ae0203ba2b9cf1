// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { extname, join, posix } from 'node:path';

/** @type {Record<string, string>} */
const types = {
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
};

/**
 * Returns a picture of the repository, as a part of the report itself.
 *
 * @param {string} source as written on the page
 * @param {string} from the page, from the root
 * @param {string} root the repository's folder
 * @returns {{ uri: string } | { problem: string }}
 */
export function embedPicture(source, from, root) {
  if (/^([a-z][a-z+.-]*:|\/)/i.test(source)) {
    return { problem: `the picture ${source} is not in the repository, and the report must open offline` };
  }
  const path = posix.normalize(posix.join(posix.dirname(from), decodeURI(source)));
  const type = types[extname(path).toLowerCase()];
  if (type === undefined) return { problem: `the picture ${path} is none of ${Object.keys(types).join(', ')}` };
  if (path.startsWith('..') || !existsSync(join(root, path))) return { problem: `there is no picture ${path}` };
  return { uri: `data:${type};base64,${readFileSync(join(root, path)).toString('base64')}` };
}
