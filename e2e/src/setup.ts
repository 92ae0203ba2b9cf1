import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startRegistry } from './registry.js';
import { release } from './release.js';
import { root } from './root.js';
import { succeed } from './run.js';

declare module 'vitest' {
  interface ProvidedContext {
    e2e: {
      /** Folder outside the repository; removed afterwards. */
      folder: string;
      registry: string;
      /** Output of `pnpm release`. */
      released: string;
    };
  }
}

/** Starts a registry and publishes every package to it, with the repository's own command. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'cifarlab-e2e-')));
  const setting = async (key: string) => (await succeed(['npm', 'config', 'get', key], root)).stdout.trim();
  const cafile = await setting('cafile');
  const registry = await startRegistry(join(folder, 'registry'), {
    url: await setting('registry'),
    ...(cafile !== 'null' && { ca: await readFile(cafile, 'utf8') }),
  });
  const close = async () => {
    await registry.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const { code, stdout, stderr } = await release(registry);
    if (code !== 0) throw new Error(`pnpm release ended with ${code}:\n${stderr}\n${stdout}`);
    project.provide('e2e', { folder, registry: registry.url, released: stdout });
  } catch (error) {
    await close();
    throw error;
  }
  return close;
}
