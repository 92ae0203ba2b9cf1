import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Returns the contents of a folder: path -> kind, mode and content.
 *
 * @param {string} folder
 * @param {{ skip?: string[] }} [options] entries of the folder that are left out.
 * @returns {Promise<Map<string, string>>}
 */
export async function snapshot(folder, { skip = [] } = {}) {
  const found = new Map();
  const visit = async (path, name) => {
    const entry = await lstat(path);
    const mode = (entry.mode & 0o7777).toString(8);
    if (entry.isDirectory()) {
      found.set(`${name}/`, `folder ${mode}`);
      for (const child of await readdir(path)) {
        if (name !== '' || !skip.includes(child))
          await visit(join(path, child), name === '' ? child : `${name}/${child}`);
      }
    } else if (entry.isFile()) {
      found.set(
        name,
        `file ${mode} ${createHash('sha256')
          .update(await readFile(path))
          .digest('hex')}`,
      );
    } else if (entry.isSymbolicLink()) found.set(name, `link to ${await readlink(path)}`);
    else found.set(name, `special ${mode}`);
  };
  await visit(folder, '');
  return found;
}

/**
 * Returns the differences, one line for each entry.
 *
 * @param {Map<string, string>} before
 * @param {Map<string, string>} after
 */
export function differences(before, after) {
  const lines = [];
  for (const [name, content] of before) {
    if (!after.has(name)) lines.push(`${name} is gone`);
    else if (after.get(name) !== content) lines.push(`${name} has changed`);
  }
  for (const name of after.keys()) if (!before.has(name)) lines.push(`${name} is new`);
  return lines;
}
