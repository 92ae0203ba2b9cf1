import { formatDuration, formatPercent } from '@cifarlab/experiment';
import { describeFailure } from './describe-failure.js';
import type { EndedEvent, KeptEvent } from './run-trials.js';
import type { Trial } from './trial.js';
import type { TrialProgress } from './trial-runner.js';

/** Names a trial for a person: its configuration and its seed. */
export function trialName({ configuration, seed }: Trial): string {
  return `${configuration.name}, seed ${seed}`;
}

/** Says in a line where a trial stands. */
export function progressLine({ step, maxSteps, accuracy, secondsLeft }: TrialProgress): string {
  const parts = [`step ${step}/${maxSteps}`];
  if (accuracy !== null) parts.push(`validation ${formatPercent(accuracy)}`);
  if (secondsLeft !== null) parts.push(`${formatDuration(secondsLeft)} left`);
  return parts.join('  ');
}

/** Says in a line what became of a trial. */
export function finishedLine({ type, trial, record }: KeptEvent | EndedEvent): string {
  const { status, result, failure, pruned, seconds } = record;
  const name = trialName(trial);
  if (status === 'failed') return `failed   ${name}  ${describeFailure(failure!)}`;
  if (status === 'interrupted') return `stopped  ${name}`;
  if (status === 'pruned') {
    return `pruned   ${name}  validation accuracy ${pruned!.accuracy.toFixed(4)} at step ${pruned!.step}  ${formatDuration(seconds)}`;
  }
  const best = result?.best;
  const accuracy = best ? `validation accuracy ${best.accuracy.toFixed(4)} at step ${best.step}  ` : '';
  return `${type === 'kept' ? 'kept  ' : 'done  '}   ${name}  ${accuracy}${formatDuration(seconds)}`;
}
