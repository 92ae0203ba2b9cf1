import { seriesFromColumns } from './column-series.js';
import { PlotError } from './errors.js';
import type { Run, Series } from './series.js';

const METRICS = ['loss', 'accuracy'] as const;

/**
 * Makes the curves of a training run from its events as they come (see {@link curvesFromEvents}), so that millions of
 * them need not be in memory together.
 */
export class CurvesBuilder {
  readonly #curves = { loss: new Map<string, Columns>(), accuracy: new Map<string, Columns>() };
  #events = 0;

  /**
   * Takes one event: a `train` or `eval` event with its step, split, loss and accuracy; others are skipped.
   *
   * @throws PlotError when an event of these two kinds has no finite step, no split, or a value that is not a number
   */
  add(item: object): void {
    this.#events++;
    const event = item as Readonly<Record<string, unknown>> | null;
    const kind = event?.event;
    if (kind !== 'train' && kind !== 'eval') return;
    const { step, split } = event as Record<string, unknown>;
    if (typeof step !== 'number' || !Number.isFinite(step)) {
      throw this.#error(kind, `step ${JSON.stringify(step)}: it must be a finite number`);
    }
    if (kind === 'eval' && (typeof split !== 'string' || split === '')) {
      throw this.#error(kind, `split ${JSON.stringify(split)}: name one, such as "test"`);
    }
    const series = kind === 'train' ? 'train' : (split as string);
    for (const metric of METRICS) {
      const value = event![metric];
      if (value === undefined) continue;
      if (value !== null && typeof value !== 'number') {
        throw this.#error(kind, `${metric} ${JSON.stringify(value)}: it must be a number or null`);
      }
      this.#columns(metric, series).add(step, value ?? Number.NaN);
    }
  }

  /** Returns the curves of the events so far, which later ones do not change. */
  run(name = ''): Run {
    return { name, loss: toSeries(this.#curves.loss), accuracy: toSeries(this.#curves.accuracy) };
  }

  #columns(metric: (typeof METRICS)[number], series: string): Columns {
    const ofMetric = this.#curves[metric];
    let columns = ofMetric.get(series);
    if (columns === undefined) {
      columns = new Columns();
      ofMetric.set(series, columns);
    }
    return columns;
  }

  #error(kind: string, what: string): PlotError {
    return new PlotError(`event ${this.#events} (${kind}) has ${what}`);
  }
}

function toSeries(curves: ReadonlyMap<string, Columns>): Series[] {
  return [...curves].map(([name, columns]) => seriesFromColumns({ name, ...columns.inOrder() }));
}

/** The points of a curve as they come; nearly always they come in order. */
class Columns {
  readonly #steps: number[] = [];
  readonly #values: number[] = [];
  #last = Number.NEGATIVE_INFINITY;
  #ordered = true;

  add(step: number, value: number): void {
    if (step <= this.#last) this.#ordered = false;
    this.#last = step;
    this.#steps.push(step);
    this.#values.push(value);
  }

  /**
   * Returns the columns in the order of their steps; of several values with the same step, the one that came last
   * counts.
   */
  inOrder(): { steps: number[]; values: number[] } {
    if (this.#ordered) return { steps: this.#steps.slice(), values: this.#values.slice() };
    const latest = new Map(this.#steps.map((step, i) => [step, this.#values[i]!]));
    const steps = [...latest.keys()].sort((a, b) => a - b);
    return { steps, values: steps.map((step) => latest.get(step)!) };
  }
}
