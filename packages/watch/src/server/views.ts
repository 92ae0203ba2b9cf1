import type { CurveName, FolderUpdate, Metric, RunUpdate } from '../protocol.js';
import { curveNames } from '../runs/run-curves.js';
import type { RunSet } from '../runs/run-set.js';
import type { WatchedRun } from '../runs/watched-run.js';

/** Points of each curve where many are laid over one another. */
const OVERLAID_POINTS = 128;

/** View of one page, which returns the news since it was last asked. */
export interface View {
  /** The name of its events. */
  readonly event: string;
  /** Returns the news; undefined where there is none. */
  update(): RunUpdate | FolderUpdate | undefined;
}

/** One run with all its curves. */
export class RunView implements View {
  readonly event = 'run';
  /** The run that it shows. */
  readonly run: WatchedRun;
  #summary = 0;
  #sampledAt: number | undefined;
  #generation = -1;
  #curves = new Map<CurveName, number>();

  constructor(run: WatchedRun) {
    this.run = run;
  }

  update(): RunUpdate | undefined {
    const { summary, version, curves, generation, sample, sampledAt } = this.run;
    if (generation !== this.#generation) this.#curves = new Map();
    const parts: RunUpdate['curves'] = {};
    for (const name of curveNames) {
      const series = curves.series(name);
      const part = series.since(this.#curves.get(name) ?? -1);
      if (part !== undefined) parts[name] = part;
      this.#curves.set(name, series.version);
    }
    const hasSample = sample !== undefined && sampledAt !== this.#sampledAt;
    const isNew = version !== this.#summary || Object.keys(parts).length > 0 || hasSample;
    this.#sampledAt = sampledAt;
    this.#summary = version;
    this.#generation = generation;
    return isNew ? { run: summary, curves: parts, ...(hasSample && { sample }) } : undefined;
  }
}

/** All runs of a folder, with one curve of each. */
export class FolderView implements View {
  readonly event = 'folder';
  readonly #set: RunSet;
  readonly #curve: CurveName;
  readonly #metric: Metric;
  readonly #told = new Map<string, { summary: number; curve: string }>();
  #facts = '';

  constructor(set: RunSet, curve: CurveName, metric: Metric) {
    this.#set = set;
    this.#curve = curve;
    this.#metric = metric;
  }

  update(): FolderUpdate | undefined {
    const { runs, facts: folder } = this.#set;
    const update: FolderUpdate = { runs: [], gone: [], curves: {}, folder };
    for (const id of this.#told.keys()) if (!runs.has(id)) update.gone.push(id);
    for (const id of update.gone) this.#told.delete(id);
    for (const run of runs.values()) this.#tell(run, update);
    const facts = JSON.stringify(folder);
    const isNew = update.runs.length > 0 || update.gone.length > 0 || facts !== this.#facts || hasCurves(update);
    this.#facts = facts;
    return isNew ? update : undefined;
  }

  #tell(run: WatchedRun, update: FolderUpdate): void {
    const told = this.#told.get(run.id);
    const { summary, version, curves, generation } = run;
    const series = curves.series(this.#curve);
    const curve = `${generation} ${series.version}`;
    if (told?.summary !== version) update.runs.push(summary);
    if (told?.curve !== curve) {
      const columns = series.thinned(OVERLAID_POINTS);
      update.curves[run.id] = { step: columns.step, value: columns[this.#metric] };
    }
    this.#told.set(run.id, { summary: version, curve });
  }
}

function hasCurves({ curves }: FolderUpdate): boolean {
  return Object.keys(curves).length > 0;
}
