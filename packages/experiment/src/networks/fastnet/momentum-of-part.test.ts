import { expect, it } from 'vitest';
import { momentumOfPart } from './momentum-of-part.js';

it.each([1, 2, 4, 7])('%i parts leave of the old statistics what a whole batch does', (parts) => {
  let kept = 1;
  for (let part = 0; part < parts; part++) kept *= 1 - momentumOfPart(parts);
  expect(kept).toBeCloseTo(0.6, 12);
});
