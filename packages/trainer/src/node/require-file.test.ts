import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadCheckpoint } from './load-checkpoint.js';
import { readMetrics, readMetricsWithText } from './read-metrics.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cifarlab-file-'));
});
afterEach(() => rm(folder, { recursive: true }));

test.skipIf(process.platform === 'win32')(
  'a pipe that nobody writes to, and a device, are not waited for',
  async () => {
    const message = /it is a pipe or a device, not a file/;
    execFileSync('mkfifo', [join(folder, 'pipe'), join(folder, 'state.json')]);
    await symlink('/dev/zero', join(folder, 'device'));
    for (const name of ['pipe', 'device']) {
      await expect(readMetrics(join(folder, name))).rejects.toThrow(message);
      await expect(readMetricsWithText(join(folder, name))).rejects.toThrow(message);
    }
    await expect(loadCheckpoint(folder)).rejects.toThrow(message);
  },
);
