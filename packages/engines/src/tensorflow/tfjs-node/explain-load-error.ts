import { join } from 'node:path';
import { reasonOf } from '../../reason.js';
import type { InstalledPackage } from '../find-package.js';

/** How the loaders of Linux and macOS name a library that they do not find. */
const missingLibrary = /^(\S+): cannot open shared object file|Library not loaded: (?:@rpath\/)?(\S+)/m;

/** Explains why tfjs-node could not be loaded from if it is installed, and what mends it; on one line. */
export function explainLoadError(error: unknown, name: string, { folder }: Pick<InstalledPackage, 'folder'>): string {
  const { code } = error as NodeJS.ErrnoException;
  const message = reasonOf(error);
  const project = join(folder, '..', '..', '..');
  // npm leaves the script out, and says nothing, where its configuration or a flag turned scripts off.
  const rebuild = `turn it on with: npm rebuild ${name} --ignore-scripts=false (in ${project})`;
  if (code === 'MODULE_NOT_FOUND') {
    const missing = /Cannot find module '([^']+)'/.exec(message)?.[1] ?? message;
    return `${name} is installed without ${missing}, which it needs; turn it on with: npm install (in ${project})`;
  }
  if (/native addon module \(tfjs_binding\.node\) can not be found/.test(message)) {
    return `the addon tfjs_binding.node of ${name} is not there, because its install script has not run or has failed; ${rebuild}`;
  }
  if (code !== 'ERR_DLOPEN_FAILED') return `${name} cannot be started: ${message}`;
  const library = missingLibrary.exec(message)?.slice(1).find(Boolean) ?? windowsLibrary(message);
  if (library === undefined) return `the addon tfjs_binding.node of ${name} cannot be loaded: ${message}; ${rebuild}`;
  if (library.includes('tensorflow')) {
    return `TensorFlow's library ${library}, which the install script of ${name} downloads, is missing; ${rebuild}`;
  }
  return `${name} needs the system's library ${library}, which is missing; install it`;
}

/** Windows does not say which library it missed, and the addon has only one of its own. */
function windowsLibrary(message: string): string | undefined {
  return message.includes('The specified module could not be found') ? 'tensorflow.dll' : undefined;
}
