import { PlotError } from './errors.js';
import type { Point, Run, Series } from './series.js';

/**
 * The loss and accuracy curves in the events of a training run (the parsed lines of `metrics.jsonl`):
 *
 * ```json
 * {"event":"train","step":1,"loss":2.3026,"accuracy":0.11}
 * {"event":"eval","split":"test","step":100,"loss":1.88,"accuracy":0.31}
 * ```
 *
 * `train` events make the series `train`; `eval` events make one series per `split`. Other events are skipped. A loss
 * or accuracy that is absent makes no point; `null`, which is how JSON writes NaN and infinities, makes a gap. Points
 * are sorted by step, and when a step appears twice (a run resumed from an earlier checkpoint) the later line counts.
 *
 * @param name name of the run, used in titles and legends
 * @throws PlotError when an event of these two kinds has no finite step, no split, or a value that is not a number
 */
export function curvesFromEvents(events: Iterable<object>, name = ''): Run {
  const curves = { loss: new Map<string, Points>(), accuracy: new Map<string, Points>() };
  let line = 0;
  for (const item of events) {
    line++;
    const event = item as Readonly<Record<string, unknown>> | null;
    const kind = event?.event;
    if (kind !== 'train' && kind !== 'eval') continue;
    const { step, split } = event as Record<string, unknown>;
    if (typeof step !== 'number' || !Number.isFinite(step)) {
      throw new PlotError(`event ${line} (${kind}) has step ${JSON.stringify(step)}: it must be a finite number`);
    }
    if (kind === 'eval' && (typeof split !== 'string' || split === '')) {
      throw new PlotError(`event ${line} (eval) has split ${JSON.stringify(split)}: name one, such as "test"`);
    }
    const series = kind === 'train' ? 'train' : (split as string);
    for (const metric of ['loss', 'accuracy'] as const) {
      const value = (event as Record<string, unknown>)[metric];
      if (value === undefined) continue;
      if (value !== null && typeof value !== 'number') {
        throw new PlotError(
          `event ${line} (${kind}) has ${metric} ${JSON.stringify(value)}: it must be a number or null`,
        );
      }
      let points = curves[metric].get(series);
      if (points === undefined) {
        points = new Points();
        curves[metric].set(series, points);
      }
      points.add(step, value ?? Number.NaN);
    }
  }
  return { name, loss: toSeries(curves.loss), accuracy: toSeries(curves.accuracy) };
}

function toSeries(curves: ReadonlyMap<string, Points>): Series[] {
  return [...curves].map(([name, points]) => ({ name, points: points.inOrder() }));
}

/** The points of a curve as they come; nearly always they come in order. */
class Points {
  readonly #points: Point[] = [];
  #ordered = true;

  add(step: number, value: number): void {
    const before = this.#points[this.#points.length - 1];
    if (before !== undefined && before.step >= step) this.#ordered = false;
    this.#points.push({ step, value });
  }

  /** By step; of several with the same step, the one that came last. */
  inOrder(): Point[] {
    if (this.#ordered) return this.#points;
    const latest = new Map(this.#points.map((point) => [point.step, point]));
    return [...latest.values()].sort((a, b) => a.step - b.step);
  }
}
