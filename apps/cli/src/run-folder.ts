import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunFolder, runFolder, writeFileAtomic } from '@cifarlab/trainer/node';
import { CliError } from './errors.js';
import type { Machine } from './machine.js';
import type { TrainingSettings } from './train/training-settings.js';

const format = 'cifarlab-run';
const version = 1;

/** The networks that `train` knows. */
export const models = ['mlp-ndarray', 'mlp', 'convnet'] as const;

/** A network that `train` knows. */
export type ModelName = (typeof models)[number];

/** What `config.json` records of a run: enough to repeat it and to tell what it ran on. */
export interface RunConfig {
  format: typeof format;
  version: typeof version;
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
interface RunChange {
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
  await writeFileAtomic(folder.config, `${JSON.stringify({ format, version, ...config }, null, 2)}\n`);
}

export async function writeResult(folder: RunFiles, result: RunResult): Promise<void> {
  await writeFileAtomic(folder.result, `${JSON.stringify(result, null, 2)}\n`);
}

/** @returns undefined where the training has not ended, or left no record of how. */
export async function readResult(folder: RunFiles): Promise<RunResult | undefined> {
  try {
    const { stop, step, seconds } = JSON.parse(await readFile(folder.result, 'utf8')) as Partial<RunResult>;
    if (typeof stop !== 'string' || typeof step !== 'number') return undefined;
    return { stop, step, seconds: typeof seconds === 'number' ? seconds : null };
  } catch {
    return undefined;
  }
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
  let text: string;
  try {
    text = await readFile(folder.config, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new CliError(`${path} holds no config.json, so it is no run; give the folder that train printed`);
  }
  return { folder, config: parseConfig(text, folder.config) };
}

function parseConfig(text: string, path: string): RunConfig {
  let config: Partial<RunConfig> | null;
  try {
    config = JSON.parse(text) as Partial<RunConfig> | null;
  } catch (error) {
    throw new CliError(`${path} is not valid JSON (${(error as Error).message}); restore it from a copy`);
  }
  if (typeof config !== 'object' || config?.format !== format) {
    throw new CliError(`${path} does not describe a run ("format" is not "${format}"); give another folder`);
  }
  if (config.version !== version) {
    throw new CliError(`${path} has version ${config.version}, this program reads ${version}; use a matching cifarlab`);
  }
  if (!models.some((model) => model === config.model) || typeof config.settings !== 'object') {
    throw new CliError(
      `${path} describes a "${config.model}" run, which this version cannot read; use a newer cifarlab`,
    );
  }
  return config as RunConfig;
}
