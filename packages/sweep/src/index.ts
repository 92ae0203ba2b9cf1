export type { EventStream } from '@cifarlab/internals/event-stream';
export type { Configuration } from './plan/configuration.js';
export { countPieces, countTrials } from './plan/count-trials.js';
export type { Dimension } from './plan/dimension.js';
export type { Flags, FlagValue } from './plan/flag-values.js';
export type { LedSearch, Rungs } from './plan/led-search.js';
export { type Plan, type PlanOptions, planSweep } from './plan/plan.js';
export { describePlan, type PlanDescription, planLines, taskLines } from './plan/plan-lines.js';
export type { ReadSettings, ReservedNames, SweptSettings } from './plan/read-settings.js';
export type { Distribution, Pruner, Sampler, Search, SearchDescription } from './plan/search.js';
export { type CoreShare, type CoreShareOptions, shareCores } from './plan/share-cores.js';
export {
  parseSweepFile,
  type ReadSweepOptions,
  readSweepFile,
  type SweepDescription,
  type SweepFile,
} from './plan/sweep-file.js';
export { collectSweep } from './run/collect-sweep.js';
export type {
  EndEvent,
  SelectedEvent,
  SweepEnd,
  SweepEvent,
  TrialsEvent,
} from './run/events.js';
export { type RunSweepOptions, runSweep, type SweepStream } from './run/run-sweep.js';
export {
  type RunTaskOptions,
  requireTask,
  runTask,
  type TaskEnd,
  type TaskEvent,
  type TaskStream,
  type WatchedEvent,
} from './run/run-task.js';
export type { OptunaOptions } from './search/study.js';
export { type ConfigurationSummary, selectConfiguration, summarizeConfigurations } from './summary/select.js';
export { countFailures, type MissingTrial, type SweepSummary } from './summary/summary.js';
export { summaryChart } from './summary/summary-chart.js';
export { summaryCsv, trialsCsv } from './summary/summary-csv.js';
export { summaryLines } from './summary/summary-lines.js';
export { summaryMarkdown } from './summary/summary-markdown.js';
export { type SummaryTable, selectionLines, summaryTable } from './summary/summary-table.js';
export { SweepError, type SweepErrorCode, type SweepFault } from './sweep-error.js';
export { describeFailure } from './trials/describe-failure.js';
export { type ExperimentRunnerOptions, experimentRunner } from './trials/experiment-runner.js';
export type {
  EndedEvent,
  FinishedTrial,
  KeptEvent,
  ProgressEvent,
  StartedEvent,
  TrialEvent,
} from './trials/run-trials.js';
export type { TestedEvent } from './trials/test-selected.js';
export { trackProgress } from './trials/track-progress.js';
export type { Trial, TrialFiles } from './trials/trial.js';
export { finishedLine, progressLine, trialName } from './trials/trial-lines.js';
export type {
  MadeWith,
  Outcome,
  TestOutcome,
  TestResult,
  TestTrialOptions,
  TrainTrialOptions,
  TrialEvaluation,
  TrialFailure,
  TrialOutcome,
  TrialProgress,
  TrialResult,
  TrialRunner,
} from './trials/trial-runner.js';
export type { Pruned, TrialRecord } from './trials/trial-schema.js';
