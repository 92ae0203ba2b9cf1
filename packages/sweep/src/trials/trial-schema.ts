import {
  anObject,
  arrayOf,
  count,
  madeWithEntries,
  moment,
  notNegative,
  objectWith,
  oneOfTexts,
  positiveCount,
  rule,
  share,
  words,
} from '@cifarlab/experiment/records';
import * as v from 'valibot';
import type { TestResult, TrialFailure, TrialResult } from './trial-runner.js';

/** Name of the format, with which the record of a trial begins. */
export const trialFormat = 'cifarlab-trial';

/** The version of it that this program writes and reads. */
export const trialVersion = 1;

/** Record of a trial, which is kept beside its run's folder. */
export interface TrialRecord {
  format: typeof trialFormat;
  version: typeof trialVersion;
  /** The images it is trained on: the first 16 digits of their content's digest. */
  data: string;
  /** Its status; a killed trial leaves `running` too. */
  status: 'running' | 'interrupted' | 'failed' | 'pruned' | 'done';
  /** Start of its latest process: ISO 8601, UTC. */
  started: string;
  /** Seconds of all its processes, without work that was lost when one was killed. */
  seconds: number;
  /** Its result, if it is done. */
  result?: TrialResult;
  /** Reason why it stopped, if it has failed. */
  failure?: TrialFailure;
  /** The point at which a search left it, if it was pruned; it can be continued. */
  pruned?: Pruned;
}

/** The point at which a search left a trial that was behind others. */
export interface Pruned {
  /** Id of the search. */
  search: string;
  /** Training steps done. */
  step: number;
  /** Accuracy on the validation images then: 0 to 1. */
  accuracy: number;
}

const integer = rule<number>('a whole number', Number.isSafeInteger);

const failure = objectWith({
  exitCode: v.nullable(integer),
  signal: v.nullable(words),
  lastLines: arrayOf(v.string('a text'), [0, 100], 'lines'),
});

/** Schema of the result of training a trial. */
export const trialResultSchema = objectWith({
  steps: count,
  stop: words,
  best: v.nullable(objectWith({ step: count, accuracy: share })),
  madeWith: objectWith({ ...madeWithEntries, engine: objectWith({ name: words, threads: v.nullable(positiveCount) }) }),
}) as v.GenericSchema<unknown, TrialResult>;

const common = {
  format: oneOfTexts([trialFormat]),
  version: rule<typeof trialVersion>(`${trialVersion}, which this program reads`, (value) => value === trialVersion),
  data: words,
  started: moment,
  seconds: notNegative,
};

const withStatus = (status: string, entries: v.ObjectEntries) =>
  v.looseObject({ ...common, ...entries, status: v.literal(status) });

/** A trial's record in the folder of a sweep. */
export const trialRecordSchema = v.pipe(
  anObject,
  v.variant(
    'status',
    [
      withStatus('running', {}),
      withStatus('interrupted', {}),
      withStatus('failed', { failure }),
      withStatus('pruned', { pruned: objectWith({ search: words, step: count, accuracy: share }) }),
      withStatus('done', { result: trialResultSchema }),
    ],
    '"running", "interrupted", "failed", "pruned" or "done"',
  ),
) as unknown as v.GenericSchema<unknown, TrialRecord>;

/** Schema of a trial's result on the test images. */
export const testResultSchema = objectWith({
  step: count,
  count: positiveCount,
  loss: notNegative,
  accuracy: share,
}) as v.GenericSchema<unknown, TestResult>;
