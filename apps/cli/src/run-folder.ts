import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainingSettings } from '@cifarlab/experiment';
import { type RunFolder, runFolder, writeFileAtomic } from '@cifarlab/trainer/node';
import { CliError } from './errors.js';
import type { Machine } from './machine.js';
import type { ModelName } from './models.js';
import { readJson } from './records/read-json.js';
import { configFormat, configVersion, parseRunConfig } from './records/run-config.js';
import { readRunResult } from './records/run-result.js';

export { type ModelName, models } from './models.js';

/** What `config.json` records of a run: enough to repeat it and to tell what it ran on. */
export interface RunConfig {
  format: typeof configFormat;
  version: typeof configVersion;
  model: ModelName;
  settings: TrainingSettings;
  data: {
    origin: string;
    form: string;
    verified: boolean;
    train: number;
    validation: number;
    test: number;
    /** Indexed by class number; missing in runs of versions that knew CIFAR-10's ten only. */
    classNames?: readonly string[];
    /** The images' and labels' `contentDigest`; missing in runs of versions that did not record it. */
    digest?: string;
  };
  versions: Record<string, string>;
  /** What computes; `threads` is null where that does not tell. */
  engine: { name: string; threads: number | null };
  machine: Machine;
  /** ISO 8601, UTC. */
  started: string;
  /** How the settings have changed since then, in order; `settings` holds the latest. */
  changes?: readonly RunChange[];
}

/** Settings that a run was continued with in place of earlier ones. */
export interface RunChange {
  /** ISO 8601, UTC. */
  time: string;
  /** Training steps done before. */
  step: number;
  /** By name, each of them before and after. */
  settings: Record<string, { before: unknown; after: unknown }>;
}

/** What `result.json` records when training ends. */
export interface RunResult {
  /** Why it ended: `max-steps`, `early-stopping`, `aborted`, … */
  stop: string;
  /** The last step. */
  step: number;
  /** From the start of `train` to the end of the training, all sessions together; null where one left no record. */
  seconds: number | null;
}

/** The places in a run's folder. */
export interface RunFiles extends RunFolder {
  result: string;
  curvesSvg: string;
  curvesPng: string;
  report: string;
}

/** The places in the folder of a run; nothing is made or read. */
export function runFiles(path: string): RunFiles {
  return {
    ...runFolder(path),
    result: join(path, 'result.json'),
    curvesSvg: join(path, 'curves.svg'),
    curvesPng: join(path, 'curves.png'),
    report: join(path, 'report.html'),
  };
}

export async function writeConfig(folder: RunFiles, config: Omit<RunConfig, 'format' | 'version'>): Promise<void> {
  await writeFileAtomic(
    folder.config,
    `${JSON.stringify({ format: configFormat, version: configVersion, ...config }, null, 2)}\n`,
  );
}

export async function writeResult(folder: RunFiles, result: RunResult): Promise<void> {
  await writeFileAtomic(folder.result, `${JSON.stringify(result, null, 2)}\n`);
}

/**
 * @returns undefined where the training has not ended, or left no record of how.
 * @throws CliError when the record cannot be understood.
 */
export function readResult(folder: RunFiles): Promise<RunResult | undefined> {
  return readRunResult(folder.result);
}

/**
 * Opens the folder of an earlier run.
 *
 * @throws CliError when it is no run's folder, or its `config.json` is not one that this version reads.
 */
export async function openRunFolder(path: string): Promise<{ folder: RunFiles; config: RunConfig }> {
  const folder = runFiles(path);
  const isFolder = await stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new CliError(`${path} is no folder; give the folder of a run, such as runs/<time>-<model>`);
  const content = await readJson(folder.config, { remedy: 'restore it from a copy' });
  if (content === undefined) {
    throw new CliError(`${path} holds no config.json, so it is no run; give the folder that train printed`);
  }
  return { folder, config: parseRunConfig(content, folder.config) };
}
