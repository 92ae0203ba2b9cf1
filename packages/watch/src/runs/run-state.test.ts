import { expect, it } from 'vitest';
import { runState } from './run-state.js';

const result = (stop: string) => ({ stop, step: 10, seconds: 1 });

it.each([
  [undefined, undefined, 'unread'],
  ['running', undefined, 'training'],
  ['ended', undefined, 'stopped'],
  ['unknown', undefined, 'unknown'],
  ['ended', result('max-steps'), 'finished'],
  ['running', result('max-steps'), 'finished'],
  ['ended', result('early-stopping'), 'finished'],
  ['ended', result('aborted'), 'interrupted'],
  ['ended', result('non-finite-loss'), 'diverged'],
  ['ended', result('of a later version'), 'unknown'],
] as const)('of a lock that is %s with the result %o is %s', (lock, ended, state) => {
  expect(runState({ lock, result: ended, hasFailed: false })).toBe(state);
});

it('has failed where its sweep recorded that, unless it trains again or left a result', () => {
  const states = (['ended', 'unknown', 'running'] as const).map((lock) =>
    runState({ lock, result: undefined, hasFailed: true }),
  );
  expect(states).toEqual(['failed', 'failed', 'training']);
  expect(runState({ lock: 'ended', result: result('non-finite-loss'), hasFailed: true })).toBe('diverged');
});
