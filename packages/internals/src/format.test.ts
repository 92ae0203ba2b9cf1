import { expect, test } from 'vitest';
import { formatBytes, formatDuration, formatPercent } from './format.js';

test.each([
  [0.04, '0.0 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [59.4, '59 s'],
  [59.6, '1 min 00 s'],
  [65, '1 min 05 s'],
  [3599.7, '1 h 00 min'],
  [7380, '2 h 03 min'],
])('formatDuration(%d) is %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test.each([
  [2 ** 20 * 700, '700 MiB'],
  [1, '1 MiB'],
  [2 ** 30 * 1.25, '1.25 GiB'],
])('formatBytes(%d) is %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test('formatPercent has one decimal', () => {
  expect(formatPercent(0.48351)).toBe('48.4 %');
});
