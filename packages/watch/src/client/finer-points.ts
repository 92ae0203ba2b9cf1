import type { CurveColumns, CurveName, FinerCurves } from '../protocol.js';

/** The first and the last step that a chart shows. */
export type StepRange = readonly [number, number];

/** A run whose finer points are wanted. */
export interface WantedRun {
  id: string;
  /** Steps that it has done. */
  step: number;
}

/** Points of consecutive steps of a curve. */
export interface PartOfCurve<Columns = CurveColumns> {
  from: number;
  to: number;
  columns: Columns;
}

/** Returns the points of a curve with those of a part of it, if there is one, in the place of its own. */
export function refined<Columns extends { step: number[] }>(
  coarse: Columns,
  finer: PartOfCurve<Columns> | undefined,
): Columns {
  if (finer === undefined) return coarse;
  const places = coarse.step.map((_, i) => i);
  const before = places.filter((i) => coarse.step[i]! < finer.from);
  const after = places.filter((i) => coarse.step[i]! > finer.to);
  const entries = Object.entries(coarse as Record<string, number[]>).map(([key, values]) => {
    const own = (finer.columns as Record<string, number[]>)[key]!;
    return [key, [...before.map((i) => values[i]!), ...own, ...after.map((i) => values[i]!)]] as const;
  });
  return Object.fromEntries(entries) as unknown as Columns;
}

/** Options of {@link FinerPoints}. */
export interface FinerOptions {
  /** The curve that is wanted. Default: all. */
  curve?: CurveName;
  /** Most points of a curve. */
  points: number;
  /** Is told when there are new points. */
  onChange: () => void;
}

/** Milliseconds after which points of a run that goes on are fetched again. */
const REFRESH_MS = 3000;

interface Fetched {
  finer: FinerCurves | undefined;
  at: number;
}

/** Finer points of the steps that a chart is zoomed to, fetched for one run after the other. */
export class FinerPoints {
  readonly #options: FinerOptions;
  readonly #fetched = new Map<string, Fetched>();
  #range: StepRange | undefined;
  #wanted: readonly WantedRun[] = [];
  #fetching = new AbortController();
  #isBusy = false;

  constructor(options: FinerOptions) {
    this.#options = options;
  }

  /** Takes other steps; undefined: the whole range, of which nothing is fetched. */
  zoomTo(range: StepRange | undefined): void {
    this.#range = range && [Math.max(0, Math.floor(range[0])), Math.ceil(range[1])];
    this.#fetched.clear();
    this.#fetching.abort();
    this.#fetching = new AbortController();
    this.#isBusy = false;
    this.want(this.#wanted);
  }

  /** Takes the runs as they are now, and fetches what is missing or has grown. */
  want(runs: readonly WantedRun[]): void {
    this.#wanted = runs;
    if (!this.#isBusy) void this.#fetchAll(this.#fetching.signal);
  }

  /** Returns the points of a curve of the steps that are shown; undefined where they are not there. */
  of(id: string, name: CurveName): PartOfCurve | undefined {
    const finer = this.#fetched.get(id)?.finer;
    const columns = finer?.curves[name];
    if (this.#range === undefined || columns === undefined || columns.step.length === 0) return undefined;
    const [from, to] = this.#range;
    return { from, to: Math.min(to, finer!.step), columns };
  }

  async #fetchAll(signal: AbortSignal): Promise<void> {
    this.#isBusy = true;
    for (let run = this.#next(); run !== undefined && !signal.aborted; run = this.#next()) {
      const finer = await this.#fetch(run.id, signal).catch(() => undefined);
      if (signal.aborted) return;
      this.#fetched.set(run.id, { finer, at: performance.now() });
      this.#options.onChange();
    }
    if (!signal.aborted) this.#isBusy = false;
  }

  #next(): WantedRun | undefined {
    if (this.#range === undefined) return undefined;
    const [from, to] = this.#range;
    return this.#wanted.find(({ id, step }) => {
      const there = this.#fetched.get(id);
      if (there === undefined) return step >= from;
      const { finer, at } = there;
      const hasGrown = finer === undefined || (finer.step !== step && Math.min(finer.step, step) < to);
      return hasGrown && performance.now() - at > REFRESH_MS;
    });
  }

  async #fetch(id: string, signal: AbortSignal): Promise<FinerCurves> {
    const [from, to] = this.#range!;
    const { curve, points } = this.#options;
    const query = new URLSearchParams({ from: `${from}`, to: `${to}`, points: `${points}`, ...(curve && { curve }) });
    const answer = await fetch(`runs/${id}/curves?${query}`, { signal });
    if (!answer.ok) throw new Error(answer.statusText);
    return answer.json();
  }
}
