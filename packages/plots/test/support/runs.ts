import type { Run } from '../../src/index.js';

/** A small run with every split: 6 training steps, 3 evaluations of two splits. */
export const smallRun: Run = {
  name: 'small run',
  loss: [
    { name: 'train', points: [2.3, 2.1, 2.2, 1.9, 1.8, 1.7].map((value, i) => ({ step: i + 1, value })) },
    { name: 'test', points: [2.3, 2.0, 1.9].map((value, i) => ({ step: [1, 3, 6][i]!, value })) },
  ],
  accuracy: [
    { name: 'train', points: [0.1, 0.2, 0.15, 0.3, 0.35, 0.4].map((value, i) => ({ step: i + 1, value })) },
    { name: 'test', points: [0.1, 0.25, 0.3].map((value, i) => ({ step: [1, 3, 6][i]!, value })) },
  ],
};
