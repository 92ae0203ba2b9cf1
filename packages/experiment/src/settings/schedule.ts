import { constant, cosine, linear, oneCycle, type Schedule, stepDecay, warmup } from '@cifarlab/trainer';
import type { AllSettings } from './table.js';

/** The settings that say how the learning rate goes over the steps. */
export type ScheduleSettings = Pick<
  AllSettings,
  'learningRate' | 'schedule' | 'warmupSteps' | 'maxSteps' | 'scheduleSteps'
>;

/** The shortest cycle whose first 30 %, in which the rate rises, hold a step. */
export const shortestCycle = 4;

/** Returns the steps that a schedule spans, warm-up included. */
export function scheduleLength({
  scheduleSteps,
  maxSteps,
}: Pick<ScheduleSettings, 'scheduleSteps' | 'maxSteps'>): number {
  return scheduleSteps ?? maxSteps;
}

/**
 * Makes the learning rate over the steps of a run: `step` divides it by 10 after each third of what the warm-up leaves,
 * `linear` and `cosine` fall to 0 over it, `one-cycle` spans all steps. After the steps that a schedule spans the rate stays, but for
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
    linear: () => linear(learningRate, { steps }),
    cosine: () => cosine(learningRate, { steps }),
  }[schedule]();
  return warmupSteps > 0 ? warmup(after, { steps: warmupSteps }) : after;
}
