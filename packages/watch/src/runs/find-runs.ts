import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readTrialFailure } from './trial-failure.js';

/** Runs found below a folder. */
export interface FoundRuns {
  /** Folders of runs, in the order of their names. */
  runs: string[];
  /** Whether there is more than was looked at. */
  isCut: boolean;
}

/** Folders below one another: sweeps/NAME/trials/CONFIGURATION/seed-1 from the folder that holds `sweeps`. */
const DEEPEST = 6;

/** Folders that are looked into. */
const MOST_FOLDERS = 5000;

/** Runs that a page has room for. */
const MOST_RUNS = 500;

/** Folders that hold no runs, and often a great deal else. */
const LEFT_OUT = new Set(['node_modules', 'checkpoints']);

/**
 * Finds the runs in a folder, or the folder itself where it is a run: a folder with a `config.json` or a `metrics.jsonl`.
 * The trials of a sweep that failed before they had one are among them. Links are not followed, and what cannot be read is
 * passed over.
 */
export async function findRuns(root: string): Promise<FoundRuns> {
  const runs: string[] = [];
  const trials: string[] = [];
  let folders = [root];
  let looks = 0;
  for (let depth = 0; depth <= DEEPEST && folders.length > 0; depth++) {
    const below: string[] = [];
    for (const folder of folders) {
      looks += 1;
      if (looks > MOST_FOLDERS || runs.length >= MOST_RUNS) return { runs: runs.sort(), isCut: true };
      const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
      if (isRun(entries)) runs.push(folder);
      else {
        below.push(...entries.filter(mayHoldRuns).map(({ name }) => join(folder, name)));
        trials.push(...trialsIn(entries).map((name) => join(folder, name)));
      }
    }
    folders = below;
  }
  const failed = await failedOf(trials.filter((path) => !runs.includes(path)).slice(0, MOST_RUNS - runs.length));
  return { runs: [...runs, ...failed].sort(), isCut: false };
}

/** Returns the names of the runs that records of trials are about. */
function trialsIn(entries: readonly Dirent[]): string[] {
  const records = entries.filter((entry) => entry.isFile() && /^seed-\d+\.json$/.test(entry.name));
  return records.map(({ name }) => basename(name, '.json'));
}

async function failedOf(trials: readonly string[]): Promise<string[]> {
  const failures = await Promise.all(trials.map(readTrialFailure));
  return trials.filter((_, i) => failures[i] !== undefined);
}

function isRun(entries: readonly Dirent[]): boolean {
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  return names.includes('config.json') && (names.includes('metrics.jsonl') || names.includes('run.lock'));
}

function mayHoldRuns(entry: Dirent): boolean {
  return entry.isDirectory() && !entry.name.startsWith('.') && !LEFT_OUT.has(entry.name);
}
