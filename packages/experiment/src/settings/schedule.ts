import { constant, cosine, oneCycle, type Schedule, stepDecay, warmup } from '@cifarlab/trainer';
import { named, sentence } from './sentence.js';
import { SettingError } from './setting-error.js';

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

/** @throws SettingError when the schedule, the warm-up and the number of steps do not go together. */
export function checkSchedule(settings: ScheduleSettings): void {
  const { schedule, warmupSteps, scheduleSteps } = settings;
  const length = scheduleLength(settings);
  const span = named((scheduleSteps ?? null) === null ? 'maxSteps' : 'scheduleSteps', length);
  if ((scheduleSteps ?? null) !== null && schedule === 'constant') {
    throw new SettingError({
      setting: 'scheduleSteps',
      value: scheduleSteps,
      rule: sentence`has no effect on ${named('schedule', schedule)}`,
      remedy: 'leave it out, or choose another schedule',
    });
  }
  if (warmupSteps > length) {
    throw new SettingError({
      setting: 'warmupSteps',
      value: warmupSteps,
      rule: sentence`is more than ${span}`,
      remedy: 'warm up for fewer steps',
    });
  }
  if (schedule !== 'one-cycle') return;
  if (warmupSteps > 0) {
    throw new SettingError({
      setting: 'schedule',
      value: schedule,
      rule: 'has a warm-up of its own',
      remedy: sentence`leave out ${named('warmupSteps', warmupSteps)}`,
    });
  }
  if (length < shortestCycle) {
    throw new SettingError({
      setting: 'schedule',
      value: schedule,
      rule: sentence`cannot rise and fall in ${span}`,
      remedy: `train for ${shortestCycle} steps at least`,
    });
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
