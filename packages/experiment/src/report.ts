export { type RecordedRun, readRuns, writeCurves } from './report/curves.js';
export type { NetworkFindings } from './report/inspect-network.js';
export type { ReportWords } from './report/report-words.js';
export { type TestSample, TestSampler, type TestSamplerOptions } from './report/test-sampler.js';
export {
  defaultReportFile,
  type InspectedEvent,
  type ReportEvent,
  type ReportOptions,
  reportPage,
  type WriteReportOptions,
  writeReport,
} from './report/write-report.js';
export type { ClassifiedImages, SplitResult } from './run/classify-split.js';
export { writeEventFiles } from './tensorboard/write-event-files.js';
