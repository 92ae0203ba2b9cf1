import { describe, expect, it } from 'vitest';
import { median, ratioOfRounds } from './statistics.js';

describe('median', () => {
  it('is the middle one, whatever the order, and leaves the values as they are', () => {
    const values = [10, 2, 30];
    expect(median(values)).toBe(10);
    expect(values).toEqual([10, 2, 30]);
  });

  it('is the mean of the two in the middle of an even number', () => {
    expect(median([4, 1, 100, 2])).toBe(3);
  });

  it('refuses none', () => {
    expect(() => median([])).toThrow('give one or more');
  });
});

describe('ratioOfRounds', () => {
  it('compares within a round, so that a slow phase of the machine cancels', () => {
    // In the second round the machine was three times slower.
    const ours = [
      [8, 8],
      [24, 24],
      [8, 10],
    ];
    const theirs = [
      [10, 10],
      [30, 30],
      [10, 10],
    ];
    expect(ratioOfRounds(ours, theirs)).toEqual({ median: 0.8, min: 0.8, max: 0.9 });
  });

  it('refuses rounds that are missing on one side', () => {
    expect(() => ratioOfRounds([[1], [1]], [[1]])).toThrow('2 rounds cannot be compared with 1');
  });
});
