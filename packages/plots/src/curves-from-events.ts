import { CurvesBuilder } from './curves-builder.js';
import type { Run } from './series.js';

/**
 * Returns the loss and accuracy curves in the events of a training run (the parsed lines of `metrics.jsonl`):
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
  const builder = new CurvesBuilder();
  for (const event of events) builder.add(event);
  return builder.run(name);
}
