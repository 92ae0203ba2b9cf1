import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { networkOf } from '@cifarlab/experiment';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { UsageError } from '../errors.js';
import { continueRun } from './continue-run.js';

const recorded = fileURLToPath(new URL('../../../../docs/results/mlp-ndarray/config.json', import.meta.url));

let path: string;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'cifarlab-continue-'));
  await cp(recorded, join(path, 'config.json'));
});
afterEach(() => rm(path, { recursive: true }));

it('sends a run of another network to its own command', async () => {
  const resumed = continueRun(path, networkOf('convnet'), {}, new Set(), {});
  await expect(resumed).rejects.toThrow(UsageError);
  await expect(resumed).rejects.toThrow(`cifarlab train mlp-ndarray --resume ${path}`);
});
