import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { UsageError } from '../errors.js';
import { openRunFolder, type RunConfig, writeConfig } from '../run-folder.js';
import { continueRun } from './continue-run.js';
import type { TrainingSettings } from './training-settings.js';

let path: string;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'cifarlab-continue-'));
  const config = { model: 'mlp-ndarray', settings: { maxSteps: 10 } } as unknown as RunConfig;
  await writeConfig({ path, config: join(path, 'config.json') } as never, config);
  await openRunFolder(path);
});
afterEach(() => rm(path, { recursive: true }));

it('sends a run of another network to its own command', async () => {
  const resumed = continueRun(path, 'convnet' as never, {} as TrainingSettings, new Set(), {});
  await expect(resumed).rejects.toThrow(UsageError);
  await expect(resumed).rejects.toThrow(`use: cifarlab train mlp-ndarray --resume ${path}`);
});
