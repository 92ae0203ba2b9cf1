import { expect, it } from 'vitest';
import { endLines } from './end-lines.js';
import type { RunEnd } from './events.js';

const end: RunEnd = {
  ...{ network: 'mlp', isKept: true, seconds: 61, test: undefined, best: undefined, drawn: undefined },
  stop: { reason: 'aborted', step: 7, message: 'Stopped on request after step 7.' },
  folder: { path: 'runs/a' } as RunEnd['folder'],
};

it('says where a run is and how far it came, where that is all there is', () => {
  expect(endLines(end)).toEqual(['run    runs/a (7 steps in 1 min 01 s)']);
});

it('says the accuracies first, and the pictures last', () => {
  const best = { metric: 'accuracy', value: 0.5, step: 6 } as RunEnd['best'];
  const test = { step: 7, loss: 1.23456, accuracy: 0.48768 };
  const drawn = { curves: 'runs/a/curves.png', report: 'runs/a/report.html' };
  expect(endLines({ ...end, test, best, drawn })).toEqual([
    'test accuracy 0.4877, loss 1.2346 at step 7',
    'best validation accuracy 0.5000 at step 6',
    'run    runs/a (7 steps in 1 min 01 s)',
    'curves runs/a/curves.png',
    'report runs/a/report.html',
  ]);
});
