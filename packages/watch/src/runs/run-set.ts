import { stat } from 'node:fs/promises';
import { basename, relative, resolve, sep } from 'node:path';
import type { FolderFacts } from '../protocol.js';
import { WatchError } from '../watch-error.js';
import { findRuns } from './find-runs.js';
import { WatchedRun } from './watched-run.js';

/** Milliseconds between two searches for new runs. */
const SEARCH_MS = 5000;

/** Runs that are read at once. */
const AT_ONCE = 4;

/** The runs in a folder, or the one that the folder is. */
export class RunSet {
  readonly #root: string;
  #runs = new Map<string, WatchedRun>();
  readonly #read = new Set<WatchedRun>();
  #isCut = false;
  #searchedAt = Number.NEGATIVE_INFINITY;

  private constructor(root: string) {
    this.#root = root;
  }

  /** Opens a folder. @throws WatchError, `no-folder`, where there is none. */
  static async open(path: string): Promise<RunSet> {
    const root = resolve(path);
    const entry = await stat(root).catch(() => undefined);
    if (!entry?.isDirectory()) {
      const rule = entry === undefined ? 'does not exist' : 'is not a folder';
      throw new WatchError(
        'no-folder',
        `${path} ${rule}; give the folder of a run, of a sweep, or one that holds runs`,
      );
    }
    return new RunSet(root);
  }

  /** The runs by their ids, in the order of their names. */
  get runs(): ReadonlyMap<string, WatchedRun> {
    return this.#runs;
  }

  /** Facts about the folder as a whole. */
  get facts(): FolderFacts {
    const runs = [...this.#runs.values()];
    return {
      name: basename(this.#root),
      isRun: runs.length === 1 && runs[0]!.path === this.#root,
      isCut: this.#isCut,
      differing: differingSettings(runs),
      read: runs.filter((run) => this.#read.has(run)).length,
      total: runs.length,
    };
  }

  /** Looks at all runs, and from time to time for new ones. Await it before the next one. */
  async refresh(signal: AbortSignal): Promise<void> {
    if (performance.now() - this.#searchedAt >= SEARCH_MS) await this.#search();
    const waiting = [...this.#runs.values()];
    const work = async () => {
      for (let run = waiting.shift(); run !== undefined && !signal.aborted; run = waiting.shift()) {
        await run.refresh();
        this.#read.add(run);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  async #search(): Promise<void> {
    const { runs, isCut } = await findRuns(this.#root);
    const before = new Map([...this.#runs.values()].map((run) => [run.path, run]));
    const found = runs.map((path) => before.get(path) ?? new WatchedRun(path, nameOf(path, this.#root)));
    for (const run of this.#read) if (!found.includes(run)) this.#read.delete(run);
    this.#runs = new Map(found.map((run) => [run.id, run]));
    this.#isCut = isCut;
    this.#searchedAt = performance.now();
  }
}

/** Returns the path from the folder; of the trials of a sweep without what they have in common. */
function nameOf(path: string, root: string): string {
  const below = relative(root, path)
    .split(sep)
    .filter((part) => part !== 'trials');
  return path === root ? basename(path) : below.join('/');
}

/** Returns the keys of the settings that are not the same in all runs. */
function differingSettings(runs: readonly WatchedRun[]): string[] {
  const known = runs.map(({ summary }) => summary).filter(({ network }) => network !== null);
  const [first, ...others] = known.map(({ settings }) => settings);
  if (first === undefined) return [];
  const keys = new Set(known.flatMap(({ settings }) => Object.keys(settings)));
  return [...keys].filter((key) => others.some((settings) => settings[key] !== first[key]));
}
