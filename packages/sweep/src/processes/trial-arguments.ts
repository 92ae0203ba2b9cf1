import type { TrialTask } from './messages.js';

/** Engines that have one thread and refuse to be given several. */
const singleThreaded = ['wasm', 'cpu'];

/** The command line of one task of a sweep: `train`, or `eval` on the test images. */
export function trialArguments({ kind, trial, threads, data = {} }: TrialTask): string[] {
  const { configuration, seed, files } = trial;
  const { model, argv, settings } = configuration;
  const { backend } = settings;
  const threadFlags = singleThreaded.includes(backend) ? [] : ['--threads', String(threads)];
  const dataFlags = [
    ...(data.dataDir === undefined ? [] : ['--data-dir', String(data.dataDir)]),
    ...(data.offline ? ['--offline'] : []),
    ...(data.allowUnverified ? ['--allow-unverified'] : []),
  ];
  switch (kind) {
    case 'train':
      return [
        ...['train', model, ...argv, '--seed', String(seed), '--no-test', ...threadFlags, '--out', files.run],
        ...[...dataFlags, '--json'],
      ];
    case 'resume':
      // A run that goes on keeps its settings and its threads: its numbers depend on both.
      return ['train', model, '--resume', files.run, ...dataFlags, '--json'];
    case 'test': {
      const engine = [...(backend === 'auto' ? [] : ['--backend', backend]), ...threadFlags];
      return ['eval', files.run, '--split', 'test', ...engine, ...dataFlags, '--json'];
    }
  }
}
