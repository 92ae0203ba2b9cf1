import { describe, expect, it } from 'vitest';
import { Tally } from './tally.js';

const derivative = (input: string, error: number, tolerance = 1e-6) => ({
  input,
  position: [0],
  shape: [1],
  found: 1,
  expected: 1,
  error,
  tolerance,
  compared: 3,
});

function tally(...derivatives: ReturnType<typeof derivative>[]) {
  const all = new Tally({ layer: 'a', code: 'b', group: (input) => input.replace(/\d/, '*') }, 'float32');
  for (const each of derivatives) all.add(each);
  return all.result();
}

describe('Tally', () => {
  it('adds up inputs that share a row, and keeps the derivative that uses up most of its tolerance', () => {
    const result = tally(derivative('w0', 9e-7, 1e-5), derivative('w1', 5e-7), derivative('x', 0), derivative('w2', 0));
    expect(result).toMatchObject({
      passed: true,
      inputs: [
        { name: 'w*', compared: 9, passed: true, worst: { input: 'w1' } },
        { name: 'x', compared: 3, passed: true },
      ],
    });
  });

  it.each([2e-6, Number.NaN, Number.POSITIVE_INFINITY])('an error of %d fails its row and the whole', (error) => {
    const result = tally(derivative('w0', error), derivative('w1', 9e-7), derivative('x', 0));
    expect(result.passed).toBe(false);
    expect(result.inputs.map(({ passed }) => passed)).toEqual([false, true]);
    expect(result.inputs[0]!.worst.error).toBe(error);
  });

  it('what is not finite is worse than everything else, and does not pass under an infinite tolerance', () => {
    const result = tally(derivative('w0', 1), derivative('w1', Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY));
    expect(result.inputs[0]!.worst.input).toBe('w1');
    expect(tally(derivative('w', Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)).passed).toBe(false);
  });
});
