import { formatDuration } from '@cifarlab/internals/format';
import type { RunEnd } from './events.js';

/** Returns the result of a run in lines: its accuracies, its folder, the files that were drawn. */
export function endLines({ folder, stop, seconds, test, best, drawn }: RunEnd): string[] {
  const lines = [];
  if (test) lines.push(`test accuracy ${test.accuracy.toFixed(4)}, loss ${test.loss.toFixed(4)} at step ${test.step}`);
  if (best) lines.push(`best validation ${best.metric} ${best.value.toFixed(4)} at step ${best.step}`);
  lines.push(`run    ${folder.path} (${stop.step} steps in ${formatDuration(seconds)})`);
  if (drawn) lines.push(`curves ${drawn.curves}`, `report ${drawn.report}`);
  return lines;
}
