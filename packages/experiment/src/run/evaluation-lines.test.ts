import { expect, it } from 'vitest';
import type { Evaluation } from './evaluate.js';
import { evaluationLines } from './evaluation-lines.js';

it('says accuracy and loss, then what was recognised of each class', () => {
  const evaluation = {
    ...{ run: 'runs/a', mirror: false, shift: false, leastSure: 1, dataDigest: 'a', runDataDigest: null },
    ...{ split: 'validation', step: 300, count: 9, loss: 1.23456, accuracy: 4 / 9 },
    classNames: ['cat', 'automobile', 'none'],
    // Of class `cat` 1 of 3, of `automobile` 3 of 6.
    confusion: [
      [1, 2, 0],
      [2, 3, 1],
      [0, 0, 0],
    ],
  } as Evaluation;
  expect(evaluationLines(evaluation)).toEqual([
    'validation accuracy 0.4444, loss 1.2346 over 9 images at step 300',
    '  cat         33.3 % of 3',
    '  automobile  50.0 % of 6',
    '  none        no images',
  ]);
});
