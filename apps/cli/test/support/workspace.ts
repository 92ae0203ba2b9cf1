import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
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
    root = await mkdtemp(join(tmpdir(), 'cifarlab-cli-'));
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

/** The lines of a run's `metrics.jsonl`. */
export async function readLines(
  run: string,
): Promise<{ event: string; split?: string; step: number; loss: number; accuracy: number }[]> {
  const text = await readFile(join(run, 'metrics.jsonl'), 'utf8');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}
