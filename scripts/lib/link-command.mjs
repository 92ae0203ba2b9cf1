// @ts-check
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes `npx cifarlab` find this clone's command line in every folder of it: npm looks for `node_modules/.bin` upwards
 * from where it is started, and would otherwise ask the registry for a package of this name.
 *
 * @param {string} root of the clone.
 * @param {NodeJS.Platform} [platform]
 */
export function linkCommand(root, platform = process.platform) {
  const folder = join(root, 'node_modules/.bin');
  mkdirSync(folder, { recursive: true });
  /** @param {string} name @param {(path: string) => void} make */
  const replace = (name, make) => {
    const draft = join(folder, `.${name}.${process.pid}`);
    rmSync(draft, { force: true });
    make(draft);
    renameSync(draft, join(folder, name));
  };
  if (platform !== 'win32') {
    replace('cifarlab', (path) => symlinkSync('../../scripts/cifarlab.mjs', path));
    return;
  }
  // npm looks for the name without an ending, and lets cmd.exe choose the one with it, as for all that it links itself.
  const target = '..\\..\\scripts\\cifarlab.mjs';
  replace('cifarlab.cmd', (path) => writeFileSync(path, `@node "%~dp0\\${target}" %*\r\n`));
  replace('cifarlab', (path) =>
    writeFileSync(path, '#!/bin/sh\nexec node "$(dirname "$0")/../../scripts/cifarlab.mjs" "$@"\n', { mode: 0o755 }),
  );
}
