import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, vi } from 'vitest';

/**
 * A temporary folder for the tests of a file, removed afterwards. While it is there, the dataset's cache is an empty
 * folder inside it and the network is off, for this process and for its children.
 */
export function useWorkspace(): (...parts: string[]) => string {
  let root = '';
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'cifarlab-sweep-'));
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
