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

/** What the record of a trial begins with. */
export const trialFormat = 'cifarlab-trial';

/** The version of it that this program writes and reads. */
export const trialVersion = 1;

/** What is kept of a trial, beside its run's folder. */
export interface TrialRecord {
  format: typeof trialFormat;
  version: typeof trialVersion;
  /** The images it is trained on: the first 16 digits of their content's digest. */
  data: string;
  /** How far it came; `running` is what a killed one leaves too. */
  status: 'running' | 'interrupted' | 'failed' | 'done';
  /** When its latest process was started: ISO 8601, UTC. */
  started: string;
  /** Of all its processes that count: what was lost in a kill does not. */
  seconds: number;
  /** What it gave; of one that is done. */
  result?: TrialResult;
  /** Why it stopped; of one that has failed. */
  failure?: TrialFailure;
}

const integer = rule<number>('a whole number', Number.isSafeInteger);

const failure = objectWith({
  exitCode: v.nullable(integer),
  signal: v.nullable(words),
  lastLines: arrayOf(v.string('a text'), [0, 100], 'lines'),
});

/** What training a trial gives. */
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
      withStatus('done', { result: trialResultSchema }),
    ],
    '"running", "interrupted", "failed" or "done"',
  ),
) as unknown as v.GenericSchema<unknown, TrialRecord>;

/** What the test images gave for a trial. */
export const testResultSchema = objectWith({
  step: count,
  count: positiveCount,
  loss: notNegative,
  accuracy: share,
}) as v.GenericSchema<unknown, TestResult>;
