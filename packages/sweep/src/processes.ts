export type { ServedTrial, TrialSurroundings, TrialTask } from './processes/messages.js';
export { type ProcessRunnerOptions, processRunner } from './processes/process-runner.js';
export { serveTrial } from './processes/serve-trial.js';
