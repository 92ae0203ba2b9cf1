import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.js';

export interface ReadmeExample {
  language: 'ts' | 'js';
  code: string;
}

function readme(folder: string): string {
  return readFileSync(join(root, folder, 'README.md'), 'utf8').replaceAll('\r\n', '\n');
}

/** Returns the packages that a README tells to install, in the order of its first block of commands. */
export function installed(folder: string): string[] {
  const [, block] = /^```sh\n(.*?)^```$/ms.exec(readme(folder)) ?? [];
  const lines = block?.matchAll(/^npm install (?:--\S+ )?(.*?)(?:\s+#.*)?$/gm) ?? [];
  return [...lines].flatMap(([, names]) => names!.split(' '));
}

/** Returns the first example of a README. */
export function firstExample(folder: string): ReadmeExample {
  const [, language, code] = /^```(ts|js)\n(.*?)^```$/ms.exec(readme(folder)) ?? [];
  if (code === undefined) throw new Error(`${folder}/README.md has no example in a block of ts or js.`);
  return { language: language as 'ts' | 'js', code };
}
