export { type CommandLineProgram, commandLineRunner } from './processes/command-line-runner.js';
export type { TrialSurroundings, TrialTask } from './processes/messages.js';
export { type ProcessRunnerOptions, processRunner } from './processes/process-runner.js';
export { serveTrial } from './processes/serve-trial.js';
export { trialArguments } from './processes/trial-arguments.js';
