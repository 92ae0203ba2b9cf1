export { EventFileError, type EventFileErrorCode } from './error.js';
export { EventWriter, type EventWriterOptions, type RecordedSession } from './event-writer.js';
export type { Experiment, HyperparameterValue, SessionEnd, SessionStart } from './hparams.js';
