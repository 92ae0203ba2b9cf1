import { constant, cosine, oneCycle, type Schedule, stepDecay, warmup } from '@cifarlab/trainer';
import { UsageError } from '../errors.js';

export const schedules = ['constant', 'step', 'cosine', 'one-cycle'] as const;

/** The settings that say how the learning rate goes over the steps. */
export interface ScheduleSettings {
  learningRate: number;
  schedule: (typeof schedules)[number];
  warmupSteps: number;
  maxSteps: number;
  /** The steps that the schedule spans, warm-up included; null, and undefined in early runs, is `maxSteps`. */
  scheduleSteps?: number | null;
}

/** The shortest cycle whose first 30 %, in which the rate rises, hold a step. */
const shortestCycle = 4;

/** @throws UsageError when the schedule, the warm-up and the number of steps do not go together. */
export function checkSchedule(settings: ScheduleSettings): void {
  const { schedule, warmupSteps, scheduleSteps } = settings;
  const length = scheduleLength(settings);
  const flag = `${(scheduleSteps ?? null) === null ? '--max-steps' : '--schedule-steps'} ${length}`;
  if ((scheduleSteps ?? null) !== null && schedule === 'constant') {
    throw new UsageError(`${flag} has no effect on --schedule constant; leave it out, or choose another schedule`);
  }
  if (warmupSteps > length) {
    throw new UsageError(`--warmup-steps ${warmupSteps} is more than ${flag}; warm up for fewer steps`);
  }
  if (schedule !== 'one-cycle') return;
  if (warmupSteps > 0) {
    throw new UsageError(`--schedule one-cycle has a warm-up of its own; leave out --warmup-steps ${warmupSteps}`);
  }
  if (length < shortestCycle) {
    throw new UsageError(
      `--schedule one-cycle cannot rise and fall in ${flag}; train for ${shortestCycle} steps at least`,
    );
  }
}

/** The steps that a schedule spans. */
export function scheduleLength({
  scheduleSteps,
  maxSteps,
}: Pick<ScheduleSettings, 'scheduleSteps' | 'maxSteps'>): number {
  return scheduleSteps ?? maxSteps;
}

/**
 * The learning rate over the steps of a run: `step` divides it by 10 after each third of what the warm-up leaves,
 * `cosine` falls to 0 over it, `one-cycle` spans all steps. After the steps that a schedule spans the rate stays, but for
 * `step`, which goes on falling.
 */
export function learningRateSchedule(settings: ScheduleSettings): Schedule {
  const { schedule, learningRate, warmupSteps } = settings;
  const length = scheduleLength(settings);
  if (schedule === 'one-cycle') return oneCycle(learningRate, { steps: length });
  const steps = Math.max(1, length - warmupSteps);
  const after = {
    constant: () => constant(learningRate),
    step: () => stepDecay(learningRate, { every: Math.ceil(steps / 3) }),
    cosine: () => cosine(learningRate, { steps }),
  }[schedule]();
  return warmupSteps > 0 ? warmup(after, { steps: warmupSteps }) : after;
}
