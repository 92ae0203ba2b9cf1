import fc from 'fast-check';
import { expect, it } from 'vitest';
import { glibcLog } from './glibc-log.js';

it.each([
  [1, 0],
  [0.5, -0.6931471805598903 - 5.497923018708371e-14],
  [2 ** -100, -69.31471805599453],
  [Math.E, 1],
])('log(%d) is %d', (x, log) => {
  expect(glibcLog(x)).toBe(log);
});

it('is within one unit in the last place of Math.log, in both of its branches', () => {
  const unit = (y: number) => 2 ** (Math.floor(Math.log2(Math.abs(y))) - 52);
  const argument = fc.oneof(
    fc.double({ min: 2 ** -110, max: 1, minExcluded: true, maxExcluded: true, noNaN: true }),
    fc.double({ min: 0.93, max: 1.07, noNaN: true }),
  );
  fc.assert(
    fc.property(argument, (x) => {
      const expected = Math.log(x);
      if (expected === 0) expect(glibcLog(x)).toBe(0);
      else expect(Math.abs(glibcLog(x) - expected)).toBeLessThanOrEqual(unit(expected));
    }),
    { numRuns: 5000 },
  );
});
