// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildOnce } from './build-once.mjs';
import { linkCommand } from './link-command.mjs';
import { build, install, root } from './workspace.mjs';

/**
 * Installs and builds everything unless that was done for the present sources.
 *
 * @param {{ always?: boolean, types?: boolean }} [options] `always` asks the build tool in any case, which knows best what
 *   has changed; `types` makes the declarations as well.
 * @returns {Promise<number>} 0, or the exit code of the step that failed; the next start tries again.
 */
export function ensureBuilt({ always = false, types = false } = {}) {
  const log = console.error;
  const installAndBuild = async () => {
    log('Installing the dependencies …');
    const installed = await install({ quiet: true });
    if (installed !== 0) return installed;
    linkCommand(root);
    log('Building the packages …');
    return build({ quiet: true, types });
  };
  // Only the build tool knows whether the declarations are there.
  const options = { always: always || types };
  return buildOnce({ folder: join(root, '.turbo'), fingerprint, isComplete, build: installAndBuild, log }, options);
}

function isComplete() {
  return (
    existsSync(join(root, 'node_modules')) &&
    rooms().every((room) => !existsSync(join(room, 'tsup.config.ts')) || existsSync(join(room, 'dist')))
  );
}

/** Folders of the packages. */
function rooms() {
  return ['packages', 'apps'].flatMap((group) =>
    readdirSync(join(root, group))
      .sort()
      .map((room) => join(root, group, room)),
  );
}

/** Returns the names, sizes and times of everything that a build reads: far quicker than asking the build tool. */
function fingerprint() {
  const hash = createHash('sha256');
  /** @param {string} path */
  const add = (path) => {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  };
  const shared = /^(pnpm-(lock|workspace)\.yaml|package\.json|turbo\.json|tsup\..*|tsconfig\.base\.json)$/;
  for (const name of readdirSync(root).sort()) if (shared.test(name)) add(join(root, name));
  for (const room of rooms()) {
    for (const name of ['package.json', 'tsconfig.json', 'tsup.config.ts']) {
      if (existsSync(join(room, name))) add(join(room, name));
    }
    const source = join(room, 'src');
    if (!existsSync(source)) continue;
    for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
      if (entry.isFile() && !entry.name.endsWith('.test.ts')) add(join(entry.parentPath, entry.name));
    }
  }
  return hash.digest('hex');
}
