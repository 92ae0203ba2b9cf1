import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * `require` from where this code runs. Bundled into a script, a module does not know its own place; there it is that of
 * the program that was started.
 */
export const requireHere = (): NodeJS.Require =>
  createRequire(import.meta.url ?? process.argv[1] ?? join(process.cwd(), 'index.js'));
