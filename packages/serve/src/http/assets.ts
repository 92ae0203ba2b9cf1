import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A file of the page. */
export interface Asset {
  type: string;
  content: Buffer;
}

const files: Readonly<Record<string, { file: string; type: string }>> = {
  '/': { file: 'page.html', type: 'text/html; charset=utf-8' },
  '/page.js': { file: 'page.js', type: 'text/javascript; charset=utf-8' },
  '/page.css': { file: 'page.css', type: 'text/css; charset=utf-8' },
};

/** Reads the page's files, by their paths in addresses. */
export async function readAssets(): Promise<ReadonlyMap<string, Asset>> {
  const manifest = createRequire(import.meta.url).resolve('@cifarlab/serve/package.json');
  const entries = Object.entries(files).map(async ([path, { file, type }]) => {
    return [path, { type, content: await readFile(join(dirname(manifest), 'src', 'page', file)) }] as const;
  });
  return new Map(await Promise.all(entries));
}
