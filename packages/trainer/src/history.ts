import type { Tensor } from '@cifarlab/safetensors';
import type { StatefulCallback } from './callback.js';
import type { BestEvent, EvalEvent, Split, StopEvent, TrainEvent, TrainStepEvent } from './events.js';
import type { Best, State } from './state.js';

/** Record of a run from its first step on, resumed or not. */
export interface History {
  /** Every training step, in order. */
  train: Omit<TrainStepEvent, 'type'>[];
  /** Every evaluation, in order: `validation` before `test` within a step. */
  evaluations: Omit<EvalEvent, 'type'>[];
  /** The best step on the validation split; `null` without one. */
  best: Best | null;
  /** Why the run ended. */
  stop: Omit<StopEvent, 'type'>;
}

const TRAIN_FIELDS = ['step', 'loss', 'accuracy', 'count', 'learningRate'] as const;
const EVAL_FIELDS = ['step', 'loss', 'accuracy', 'count'] as const;
const SPLITS: readonly Split[] = ['validation', 'test'];

/** Collects a run's {@link History}. Its state is float64 arrays, one per column. */
export class HistoryRecorder implements StatefulCallback {
  readonly name = 'history';
  #train: History['train'] = [];
  #evaluations: History['evaluations'] = [];
  #best: Best | null = null;
  #stop: History['stop'] | undefined;

  /** Adds an event. */
  onEvent(event: TrainEvent): void {
    if (event.type === 'train') this.#train.push(without(event));
    else if (event.type === 'eval') this.#evaluations.push(without(event));
    else if (event.type === 'best') this.#best = bestOf(event);
    else if (event.type === 'stop') this.#stop = without(event);
  }

  /** @throws Error before the run has ended. */
  result(): History {
    if (this.#stop === undefined) {
      throw new Error('The history is complete only after the stop event: ask for it when the run has ended.');
    }
    return { train: this.#train, evaluations: this.#evaluations, best: this.#best, stop: this.#stop };
  }

  /** Returns everything recorded so far, as one float64 array per column. */
  saveState(): State {
    const arrays: Record<string, Tensor> = {};
    for (const field of TRAIN_FIELDS) arrays[`train.${field}`] = column(this.#train.map((point) => point[field]));
    for (const split of SPLITS) {
      const points = this.#evaluations.filter((point) => point.split === split);
      if (points.length === 0) continue;
      for (const field of EVAL_FIELDS) arrays[`${split}.${field}`] = column(points.map((point) => point[field]));
    }
    return { arrays, values: { best: this.#best } };
  }

  /** @throws TypeError when the columns or the best are not what `saveState` gives. */
  loadState({ arrays, values }: State): void {
    this.#train = points(arrays, 'train', TRAIN_FIELDS);
    const evaluations = SPLITS.flatMap((split) =>
      arrays[`${split}.step`] === undefined
        ? []
        : points(arrays, split, EVAL_FIELDS).map((point) => ({ split, ...point })),
    );
    // A stable sort: validation stays before test within a step.
    this.#evaluations = evaluations.sort((a, b) => a.step - b.step);
    this.#best = bestFrom(values.best ?? null);
    this.#stop = undefined;
  }
}

function without<T extends TrainEvent>({ type: _, ...rest }: T): Omit<T, 'type'> {
  return rest;
}

function bestOf({ metric, value, step }: BestEvent): Best {
  return { metric, value, step };
}

function bestFrom(value: unknown): Best | null {
  if (value === null) return null;
  const { metric, value: score, step } = Object(value) as Partial<Best>;
  if ((metric === 'loss' || metric === 'accuracy') && Number.isFinite(score) && Number.isSafeInteger(step)) {
    return { metric, value: score!, step: step! };
  }
  throw new TypeError(
    `The history's state must have as "best" null or an object with metric, value and step, and has ${JSON.stringify(value).slice(0, 100)}: give the state as saveState() returned it.`,
  );
}

function column(values: number[]): Tensor {
  return { shape: [values.length], data: Float64Array.from(values) };
}

function points<Field extends string>(
  arrays: Record<string, Tensor>,
  prefix: string,
  fields: readonly Field[],
): Record<Field, number>[] {
  const columns = fields.map((field) => {
    const data = arrays[`${prefix}.${field}`]?.data;
    if (!(data instanceof Float64Array) || data.length !== arrays[`${prefix}.step`]!.data.length) {
      throw new TypeError(
        `The history's state must have a float64 array "${prefix}.${field}" as long as "${prefix}.step": give the state as saveState() returned it.`,
      );
    }
    return data;
  });
  return Array.from(
    columns[0]!,
    (_, i) => Object.fromEntries(fields.map((field, k) => [field, columns[k]![i]])) as Record<Field, number>,
  );
}
