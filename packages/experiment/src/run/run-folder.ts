import { stat } from 'node:fs/promises';
import { writeFileAtomic } from '@cifarlab/trainer/node';
import type { Network } from '../networks/network.js';
import { networks as builtInNetworks } from '../networks/registry.js';
import { readJson } from '../records/read-json.js';
import { configFormat, configVersion, parseRunConfig, type RunConfig } from '../records/run-config.js';
import { type RunResult, readRunResult } from '../records/run-result.js';
import { byKey } from '../settings/keys.js';
import { isSaved } from './claim-run.js';
import { type FoundRun, RunError } from './run-error.js';
import { type RunFiles, runFiles } from './run-files.js';

/** The folder of a run with its record. */
export interface RecordedFolder {
  folder: RunFiles;
  config: RunConfig;
  network: Network;
}

/** Writes `config.json`. */
export async function writeConfig(folder: RunFiles, config: Omit<RunConfig, 'format' | 'version'>): Promise<void> {
  const settings = byKey(config.settings);
  const record = { format: configFormat, version: configVersion, ...config, settings };
  await writeFileAtomic(folder.config, `${JSON.stringify(record, null, 2)}\n`);
}

/** Writes `result.json`. */
export async function writeResult(folder: RunFiles, result: RunResult): Promise<void> {
  await writeFileAtomic(folder.result, `${JSON.stringify(result, null, 2)}\n`);
}

/**
 * Reads `result.json`.
 *
 * @returns undefined where the training has not ended, or left no record of how.
 * @throws RecordError when the record cannot be understood.
 */
export function readResult(folder: RunFiles): Promise<RunResult | undefined> {
  return readRunResult(folder.result);
}

/**
 * Opens the folder of an earlier run.
 *
 * @throws RunError, `not-a-run`, when it is not one; RecordError when its `config.json` is not one that this version
 *   reads, or its network is none of these.
 */
export async function openRunFolder(
  path: string,
  networks: readonly Network[] = builtInNetworks,
): Promise<RecordedFolder> {
  const folder = runFiles(path);
  const isFolder = await stat(path).then(
    (entry) => entry.isDirectory(),
    (error: NodeJS.ErrnoException) => {
      if (['ENOENT', 'ENOTDIR'].includes(error.code ?? '')) return undefined;
      throw error;
    },
  );
  if (!isFolder) {
    throw new RunError({
      code: 'not-a-run',
      place: path,
      rule: isFolder === undefined ? 'does not exist' : 'is not a folder',
      remedy: 'give the folder of a run, such as runs/<time>-<model>',
    });
  }
  const content = await readJson(folder.config, { remedy: 'restore it from a copy' });
  if (content === undefined) {
    throw new RunError({
      code: 'not-a-run',
      rule: `there is no config.json in ${path}, so it is not a run`,
      remedy: 'give the folder that train printed',
    });
  }
  return { folder, ...parseRunConfig(content, folder.config, networks) };
}

/** Finds out whether there is a run in a folder. */
export async function findRun(path: string, networks?: readonly Network[]): Promise<FoundRun | undefined> {
  const run = await openRunFolder(path, networks).catch(() => undefined);
  return run && { network: run.network.name, isSaved: await isSaved(run.folder.last) };
}
