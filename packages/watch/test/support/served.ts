import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { buildPage } from '../../build-page.mjs';
import { type RunWatch, serveRuns, type WatchOptions } from '../../src/server/watch-server.js';

/** Servers for the tests of a file, of the page as its sources are; all are closed after each test. */
export function useServers(): (path: string, options?: WatchOptions) => Promise<RunWatch> {
  let page: string;
  const open: RunWatch[] = [];
  beforeAll(async () => {
    page = await mkdtemp(join(tmpdir(), 'cifarlab-page-'));
    await buildPage(page);
  }, 120_000);
  afterEach(async () => {
    await Promise.all(open.splice(0).map((watch) => watch.close()));
  });
  afterAll(() => rm(page, { recursive: true }));
  return async (path, options) => {
    const watch = await serveRuns(path, { ...options, page });
    open.push(watch);
    return watch;
  };
}
