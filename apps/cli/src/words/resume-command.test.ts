import { expect, it } from 'vitest';
import type { EngineFlags } from '../flags/engine-options.js';
import type { RunFlags } from '../flags/train-options.js';
import { resumeCommand } from './resume-command.js';

const flags = { checkpointMinutes: 5, json: false, quiet: false, backend: 'auto' } as RunFlags & EngineFlags;

it('names the run, and what it does not record', () => {
  expect(resumeCommand('mlp', 'runs/a', flags, new Set())).toMatch(/cifarlab train mlp --resume runs\/a$/);
  const more = { ...flags, checkpointMinutes: 1, tensorboard: 'my logs', watch: 8080 };
  expect(resumeCommand('mlp', 'runs/a', more, new Set(['checkpointMinutes', 'tensorboard']))).toMatch(
    / --resume runs\/a --checkpoint-minutes 1 --tensorboard ['"]my logs['"] --watch 8080$/,
  );
  expect(resumeCommand('mlp', 'runs/a', { ...flags, watch: true }, new Set(['watch']))).toMatch(/ runs\/a --watch$/);
});
