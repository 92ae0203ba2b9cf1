import type { RunEvent } from '@cifarlab/experiment';
import { ProgressMeter } from '@cifarlab/trainer';
import type { TrialProgress } from './trial-runner.js';

/** Makes an observer of a run's events that tells where it stands, after every step. */
export function trackProgress(onProgress: (progress: TrialProgress) => void): (event: RunEvent) => void {
  const meter = new ProgressMeter();
  let accuracy: number | null = null;
  return (event) => {
    if (event.type !== 'start' && event.type !== 'train' && event.type !== 'eval') return;
    if (event.type === 'eval' && event.split === 'validation') accuracy = event.accuracy;
    const current = meter.update(event);
    if (current === undefined) return;
    const { step, maxSteps, secondsLeft } = current;
    onProgress({ step, maxSteps, accuracy, secondsLeft: Number.isFinite(secondsLeft) ? secondsLeft : null });
  };
}
