import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Returns the file of a program of this package: the built one, whether this code is built or not. */
export function programFile(name: 'watch-process' | 'sample-process'): string {
  const manifest = createRequire(import.meta.url).resolve('@cifarlab/watch/package.json');
  return join(dirname(manifest), 'dist', `${name}.js`);
}
