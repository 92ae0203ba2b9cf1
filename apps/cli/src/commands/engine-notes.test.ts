import type { StartedEngine } from '@cifarlab/engines';
import { expect, it } from 'vitest';
import { engineNotes } from './engine-notes.js';

it('what a backend warns of is said before the run', () => {
  const engine: StartedEngine = {
    ...{ family: 'tensorflow.js', name: 'ort', device: 'cpu', version: '1', threads: 1, reason: undefined },
    ...{ software: {}, record: { name: 'tfjs ort', threads: 1 }, warnings: ['little memory'] },
    measure: async () => ({ product: 1, convolution: 1 }),
  };
  expect(engineNotes(engine, undefined, {})).toContain('warning: little memory');
});
