import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startRegistry } from './registry.js';
import { root } from './root.js';
import { type Outcome, run, succeed } from './run.js';

declare module 'vitest' {
  interface ProvidedContext {
    e2e: {
      /** Outside the repository; removed afterwards. */
      folder: string;
      registry: string;
      /** What `npm` and `release` need to publish to it. */
      publishing: Record<string, string>;
      /** What `pnpm release --dry-run` printed before, and whether the registry was still empty after it. */
      dryRun: Outcome & { left: number };
      release: Outcome;
    };
  }
}

/** `pnpm release` for what this machine can load. */
export const release = [process.execPath, 'scripts/release.mjs', '--as-is', '--platform', 'linux-x64'];

/** Starts a registry and publishes every package to it, with the repository's own command. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'cifarlab-e2e-')));
  const setting = async (key: string) => (await succeed(['npm', 'config', 'get', key], root)).stdout.trim();
  const ca = await setting('cafile');
  const registry = await startRegistry(join(folder, 'registry'), {
    url: await setting('registry'),
    ...(ca !== 'null' && { ca }),
  });
  // As one line each in .npmrc would: npm reads such names from the environment too, next to the user's own files.
  const publishing = {
    'npm_config_@cifarlab:registry': registry.url,
    [`npm_config_${registry.url.replace('http:', '')}:_authToken`]: registry.token,
    NO_PROXY: [process.env.NO_PROXY ?? process.env.no_proxy, '127.0.0.1'].filter(Boolean).join(','),
  };
  const close = async () => {
    await registry.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const dryRun = await run([...release, '--dry-run'], root, publishing);
    const { status } = await fetch(`${registry.url}@cifarlab%2fnumpy-random`);
    const released = await succeed(release, root, publishing);
    const left = status === 404 ? 0 : 1;
    project.provide('e2e', {
      folder,
      registry: registry.url,
      publishing,
      dryRun: { ...dryRun, left },
      release: released,
    });
  } catch (error) {
    await close();
    throw error;
  }
  return close;
}
