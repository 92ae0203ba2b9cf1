import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Configuration } from '../plan/configuration.js';
import { folderLabel } from '../plan/identity.js';
import type { Plan } from '../plan/plan.js';

/** The places of one trial. */
export interface TrialFiles {
  /** Folder of the configuration, for all of its seeds. */
  folder: string;
  /** Folder of the run. */
  run: string;
  /** File with the output of the trial's processes. */
  log: string;
  /** File with the trial's record. */
  record: string;
  /** File with the accuracy on the test images, for the selected configuration only. */
  test: string;
  /** Lock, held by the trial's process. */
  lock: string;
}

/** One configuration with one seed. */
export interface Trial {
  /** The configuration to train. */
  configuration: Configuration;
  /** Seed that it is trained with. */
  seed: number;
  /** Paths of its files. */
  files: TrialFiles;
}

/**
 * Lists the trials of a plan, seed by seed, so that every configuration has a result early. A configuration that an earlier
 * sweep in the folder has trained is found by its id, whatever it was called then.
 *
 * @param out the sweep's folder.
 */
export async function trialsOf(
  { configurations, seeds }: Pick<Plan, 'configurations' | 'seeds'>,
  out: string,
): Promise<Trial[]> {
  const root = join(out, 'trials');
  const there = await readdir(root).catch(() => [] as string[]);
  const folders = new Map(there.map((name) => [name.slice(name.lastIndexOf('-') + 1), name]));
  return seeds.flatMap((seed) =>
    configurations.map((configuration) => {
      const name = folders.get(configuration.id) ?? `${folderLabel(configuration.name)}-${configuration.id}`;
      return { configuration, seed, files: trialFiles(join(root, name), seed) };
    }),
  );
}

function trialFiles(folder: string, seed: number): TrialFiles {
  const run = join(folder, `seed-${seed}`);
  return { folder, run, log: `${run}.log`, record: `${run}.json`, test: `${run}.test.json`, lock: `${run}.lock` };
}
