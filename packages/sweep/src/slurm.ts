export { type CancelledJobs, type CancelOptions, cancelOnSlurm } from './slurm/cancel-on-slurm.js';
export type {
  AttachedEvent,
  HeldEvent,
  QueueEvent,
  RequeuedEvent,
  SilentEvent,
  SlurmEnd,
  SlurmEvent,
  SubmittedEvent,
  Trouble,
} from './slurm/events.js';
export type { SlurmResources } from './slurm/job-script.js';
export type { RunOnSlurmOptions, WatchPace } from './slurm/options.js';
export { requeueTask } from './slurm/requeue-task.js';
export { runOnSlurm, type SlurmStream, slurmScript } from './slurm/run-on-slurm.js';
export type { SlurmJob } from './slurm/slurm-commands.js';
