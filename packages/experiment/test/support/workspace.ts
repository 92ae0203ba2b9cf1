import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, vi } from 'vitest';

/** 200 training and 40 test images in the layout of the published pickles. */
export const miniDataset = fileURLToPath(new URL('../../../cifar10/src/fixtures/cifar10-mini', import.meta.url));

/** What makes the mini dataset usable. */
export const mini = { dataDir: miniDataset, allowUnverified: true };

/**
 * A temporary folder for the tests of a file, removed afterwards. While it is there, the dataset's cache is an empty
 * folder inside it and the network is off, for this process and for its children.
 */
export function useWorkspace(): (...parts: string[]) => string {
  let root = '';
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'cifarlab-experiment-'));
    vi.stubEnv('CIFARLAB_CACHE_DIR', join(root, 'cache'));
    vi.stubEnv('CIFARLAB_OFFLINE', '1');
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  });
  return (...parts) => join(root, ...parts);
}

/** Every file and folder below `folder`, sorted. */
export async function listing(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).sort();
}
