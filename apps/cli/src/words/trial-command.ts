import { takesThreads } from '@cifarlab/engines';
import type { TrialTask } from '@cifarlab/sweep/processes';
import { dataWords } from './data-words.js';
import { flagWords } from './flag-words.js';
import { ownCommandLine } from './own-command.js';

/** Returns the command that does the task of a trial again: `train`, or `eval` on the test images. */
export function trialCommand({ kind, trial, threads, data = {} }: TrialTask): string {
  const { configuration, seed, files } = trial;
  const { model, argv, settings } = configuration;
  const { backend } = settings;
  const flags = (values: object) =>
    Object.entries(values).flatMap(([setting, value]) => flagWords({ setting, value }).split(' '));
  const threadFlags = takesThreads(backend) ? flags({ threads }) : [];
  const words = {
    train: ['train', model, ...argv, ...flags({ seed, test: false }), ...threadFlags, '--out', files.run],
    // A run that goes on keeps its settings and its threads: its numbers depend on both.
    resume: ['train', model, '--resume', files.run],
    test: ['eval', files.run, '--split', 'test', ...(backend === 'auto' ? [] : flags({ backend })), ...threadFlags],
  };
  return ownCommandLine(...words[kind], ...dataWords(data), '--json');
}
