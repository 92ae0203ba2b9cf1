import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, vi } from 'vitest';
import { useWorkspace as useFolder } from '../../../engines/test/support/workspace.js';

/** 200 training and 40 test images in the layout of the published pickles. */
export const miniDataset = fileURLToPath(new URL('../../../cifar10/test/fixtures/cifar10-mini', import.meta.url));

/** Options that make the mini dataset usable. */
export const mini = { dataDir: miniDataset, allowUnverified: true };

/**
 * A temporary folder for the tests of a file, removed afterwards. While it is there, the dataset's cache is an empty
 * folder inside it and the network is off, for this process and for its children.
 */
export function useWorkspace(): (...parts: string[]) => string {
  const workspace = useFolder();
  beforeAll(() => {
    vi.stubEnv('CIFARLAB_CACHE_DIR', workspace('cache'));
    vi.stubEnv('CIFARLAB_OFFLINE', '1');
  });
  afterAll(() => vi.unstubAllEnvs());
  return workspace;
}

/** Returns every file and folder below `folder`, sorted. */
export async function listing(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).sort();
}
