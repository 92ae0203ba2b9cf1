import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

/** Makes a temporary folder for the tests of a file, removed afterwards. */
export function useWorkspace(): (...parts: string[]) => string {
  let root = '';
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'cifarlab-test-'));
  });
  afterAll(() => rm(root, { recursive: true, force: true, maxRetries: 3 }));
  return (...parts) => join(root, ...parts);
}
