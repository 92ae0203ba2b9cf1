import { constant, cosine, oneCycle, type Schedule, stepDecay, warmup } from '@cifarlab/trainer';
import { UsageError } from '../errors.js';

export const schedules = ['constant', 'step', 'cosine', 'one-cycle'] as const;

/** The settings that say how the learning rate goes over the steps. */
export interface ScheduleSettings {
  learningRate: number;
  schedule: (typeof schedules)[number];
  warmupSteps: number;
  maxSteps: number;
}

/** The shortest cycle whose first 30 %, in which the rate rises, hold a step. */
const shortestCycle = 4;

/** @throws UsageError when the schedule, the warm-up and the number of steps do not go together. */
export function checkSchedule({ schedule, warmupSteps, maxSteps }: ScheduleSettings): void {
  if (warmupSteps > maxSteps) {
    throw new UsageError(`--warmup-steps ${warmupSteps} is more than --max-steps ${maxSteps}; warm up for fewer steps`);
  }
  if (schedule !== 'one-cycle') return;
  if (warmupSteps > 0) {
    throw new UsageError(`--schedule one-cycle has a warm-up of its own; leave out --warmup-steps ${warmupSteps}`);
  }
  if (maxSteps < shortestCycle) {
    throw new UsageError(
      `--schedule one-cycle cannot rise and fall in --max-steps ${maxSteps}; train for ${shortestCycle} steps at least`,
    );
  }
}

/**
 * The learning rate over the steps of a run: `step` divides it by 10 after each third of what the warm-up leaves,
 * `cosine` falls to 0 over it, `one-cycle` spans all steps.
 */
export function learningRateSchedule({ schedule, learningRate, maxSteps, warmupSteps }: ScheduleSettings): Schedule {
  if (schedule === 'one-cycle') return oneCycle(learningRate, { steps: maxSteps });
  const steps = Math.max(1, maxSteps - warmupSteps);
  const after = {
    constant: () => constant(learningRate),
    step: () => stepDecay(learningRate, { every: Math.ceil(steps / 3) }),
    cosine: () => cosine(learningRate, { steps }),
  }[schedule]();
  return warmupSteps > 0 ? warmup(after, { steps: warmupSteps }) : after;
}
