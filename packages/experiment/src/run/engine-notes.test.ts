import type { StartedEngine } from '@cifarlab/engines';
import { expect, it } from 'vitest';
import { engineNotes } from './engine-notes.js';

const engine: StartedEngine = {
  ...{ family: 'tensorflow.js', name: 'ort', device: 'cpu', version: '1', threads: 1, reason: undefined },
  ...{ software: {}, record: { name: 'tfjs ort', threads: 1 }, warnings: ['little memory'] },
  measure: async () => ({ product: 1, convolution: 1 }),
};

it('what a backend warns of is said before the run', () => {
  expect(engineNotes({ engine, choice: {}, recorded: undefined }).map(String)).toContain('warning: little memory');
});

it('threads without an effect are named as their readers know them', () => {
  const notes = engineNotes({ engine, choice: { threads: 3 }, recorded: undefined });
  const spelt = notes.map((note) => note.spelt(({ setting, value }) => `--${setting}=${value}`));
  expect(spelt).toContain('warning: --threads=3 has no effect on ort, which computes with 1');
});
