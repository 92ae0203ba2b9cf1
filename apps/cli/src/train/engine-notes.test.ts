import { expect, it } from 'vitest';
import { engineNotes } from './engine-notes.js';

it('what a backend warns of is said before the run', () => {
  const engine = {
    ...{ backend: 'ort', threads: 1, version: '1', reason: undefined, software: {} },
    ...{ record: { name: 'tfjs ort', threads: 1 }, warnings: ['little memory'] },
  };
  expect(engineNotes(engine, undefined, {})).toContain('warning: little memory');
});
