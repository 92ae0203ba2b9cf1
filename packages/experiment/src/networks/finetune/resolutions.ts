import { scheduleLength } from '../../settings/schedule.js';
import type { AllSettings } from '../../settings/table.js';

/** The settings that say which side a network sees images at. */
export type ResolutionSettings = Pick<AllSettings, 'resolution' | 'startResolution' | 'maxSteps' | 'scheduleSteps'>;

/** Step by which the resolution grows, in pixels: the product of a network's strides. */
const GROWTH = 32;

/** A resolution, with the steps that it is trained at. */
export interface Phase {
  resolution: number;
  /** The first of its steps, counted from 1. */
  first: number;
}

/** Returns the resolutions of a training in order: equally many steps of the schedule each; the last one stays. */
export function resolutionPhases(settings: ResolutionSettings): Phase[] {
  const { resolution, startResolution } = settings;
  const start = startResolution ?? resolution;
  const count = (resolution - start) / GROWTH + 1;
  return Array.from({ length: count }, (_, phase) => ({
    resolution: start + GROWTH * phase,
    first: Math.ceil((phase * scheduleLength(settings)) / count) + 1,
  }));
}

/** Returns the resolution of a step, counted from 1. */
export function resolutionAt(phases: readonly Phase[], step: number): number {
  return phases.findLast(({ first }) => first <= step)!.resolution;
}
