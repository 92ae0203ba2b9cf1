import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { named, sentence } from '@cifarlab/experiment';
import * as v from 'valibot';
import type { LedSearch } from '../plan/led-search.js';
import { SweepError } from '../sweep-error.js';
import { LineProcess } from './line-process.js';

/** State of a trial in a study, in Optuna's words. */
type StudyState = 'RUNNING' | 'WAITING' | 'COMPLETE' | 'PRUNED' | 'FAIL';

/** Outcome of a proposal. */
export type Told =
  | { state: 'COMPLETE'; value: number }
  | { state: 'PRUNED'; step: number; value: number }
  | { state: 'FAIL' };

/** Options for the process of a study. */
export interface OptunaOptions {
  /** Program of Python 3, with Optuna 4 or newer. Default: `python3`; on Windows `python`. */
  python?: string | undefined;
  /** Program that speaks the same lines, and its arguments. Default: Python with the script of this package. */
  command?: readonly [string, ...string[]] | undefined;
  /** Most seconds for an answer. Default: 120, since the lock of a process that was killed is waited for. */
  patience?: number | undefined;
}

/** A study of Optuna: a search's trials, each known by its task. */
export interface Study {
  /** State of each task that it knew at the beginning. */
  readonly states: ReadonlyMap<number, StudyState>;
  /**
   * Returns the values of a proposal: the same ones however often they are asked for.
   *
   * @param given values to take where the study has none for the task.
   */
  ask(task: number, given: readonly number[] | undefined): Promise<number[]>;
  /** Tells how good a trial is after some steps. Returns whether to leave it. */
  report(task: number, evaluation: { step: number; accuracy: number }): Promise<boolean>;
  /** Tells what became of a proposal; again is nothing new. */
  tell(
    task: number,
    told: Told & { values: readonly number[]; notes: Readonly<Record<string, string>> },
  ): Promise<void>;
  /** Ends its process. */
  close(): Promise<void>;
}

const states = v.picklist(['RUNNING', 'WAITING', 'COMPLETE', 'PRUNED', 'FAIL']);
const opened = v.object({ states: v.record(v.pipe(v.string(), v.regex(/^\d{1,15}$/)), states) });
const asked = v.object({ values: v.array(v.pipe(v.number(), v.finite())) });
const reported = v.object({ prune: v.boolean() });
const told = v.object({});

/** Words of the remedy for a machine without Optuna. */
const remedy = sentence`install Python 3 with Optuna ("python3 -m venv optuna && optuna/bin/pip install optuna") and name it with ${named('python', 'optuna/bin/python')}; a list, a grid and "sampler": "random" without a pruner need neither`;

/**
 * Starts the process of a study, and opens or makes the study.
 *
 * Everything of it throws SweepError: `no-optuna` where Python or Optuna is not there, `optuna` when the process fails, says
 * what it should not, or does not answer in time; then what the process was told last is told again at the next opening.
 *
 * @param journal path of the file of all studies of a folder.
 */
export async function openStudy(
  { id, dimensions, rungs, seed }: Pick<LedSearch, 'id' | 'dimensions' | 'rungs' | 'seed'>,
  { journal, name, optuna: { python = defaultPython, command, patience = 120 } = {} }: StudyPlace,
): Promise<Study> {
  const lines = new LineProcess(command ?? [python, script()], { patience, remedy });
  const ask = async <Answer>(schema: v.GenericSchema<unknown, Answer>, request: object): Promise<Answer> => {
    const answer = await lines.ask(request);
    const parsed = v.safeParse(schema, answer);
    if (parsed.success) return parsed.output;
    throw new SweepError({
      code: 'optuna',
      place: lines.name,
      value: answer,
      rule: `gave an answer that is not one: ${JSON.stringify(answer).slice(0, 300)}`,
      remedy: 'use the program that comes with this package',
    });
  };
  try {
    const space = dimensions.map(({ name: flag, kind, low, high, choices }) => ({
      name: flag,
      kind,
      low,
      high,
      choices,
    }));
    const request = { do: 'open', journal, study: `${name}-${id}`, pruner: rungs ?? null, seed, space };
    const { states: known } = await ask(opened, request);
    return {
      states: new Map(Object.entries(known).map(([task, state]) => [Number(task), state])),
      async ask(task, given) {
        const { values } = await ask(asked, { do: 'ask', task, values: given ?? null });
        requireInSpace(values, dimensions);
        return values;
      },
      report: async (task, { step, accuracy }) =>
        (await ask(reported, { do: 'report', task, step, value: accuracy })).prune,
      tell: async (task, { values, ...outcome }) => {
        await ask(told, { do: 'tell', task, values, ...outcome });
      },
      close: () => lines.close(),
    };
  } catch (error) {
    await lines.close();
    throw error;
  }
}

/** Place of a study. */
export interface StudyPlace {
  journal: string;
  /** Name of the network. */
  name: string;
  optuna?: OptunaOptions | undefined;
}

const defaultPython = process.platform === 'win32' ? 'python' : 'python3';

/** Returns the script, whether this package is built or not. */
function script(): string {
  const manifest = createRequire(import.meta.url).resolve('@cifarlab/sweep/package.json');
  return join(dirname(manifest), 'src', 'search', 'study.py');
}

function requireInSpace(values: readonly number[], dimensions: LedSearch['dimensions']): void {
  const isIn =
    values.length === dimensions.length &&
    dimensions.every(
      ({ kind, low, high }, index) =>
        values[index]! >= low &&
        values[index]! <= high &&
        (kind === 'uniform' || kind === 'log-uniform' || Number.isSafeInteger(values[index])),
    );
  if (isIn) return;
  throw new SweepError({
    code: 'optuna',
    place: 'the study',
    value: values,
    rule: `proposed [${values.join(', ')}], which the space does not have`,
    remedy: 'give the sweep another folder, where it begins anew',
  });
}
