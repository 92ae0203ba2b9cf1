import { describe, expect, it } from 'vitest';
import type { EndedEvent } from './run-trials.js';
import type { Trial } from './trial.js';
import { finishedLine, progressLine, trialName } from './trial-lines.js';

const trial = { configuration: { name: 'flip' }, seed: 7 } as Trial;

it('names a trial by its configuration and its seed', () => {
  expect(trialName(trial)).toBe('flip, seed 7');
});

it('says where a trial stands, as far as that is known', () => {
  const unknown = { step: 3, maxSteps: 9, accuracy: null, secondsLeft: null };
  expect(progressLine(unknown)).toBe('step 3/9');
  expect(progressLine({ ...unknown, accuracy: 0.4567 })).toBe('step 3/9  validation 45.7 %');
  expect(progressLine({ ...unknown, accuracy: 0, secondsLeft: 65 })).toBe(
    'step 3/9  validation 0.0 %  1 min 05 s left',
  );
});

describe('the line of a trial that has ended', () => {
  /** The line of a trial with such a record. */
  const line = (record: object, type: 'ended' | 'kept' = 'ended') =>
    finishedLine({ type, trial, record: { seconds: 61, ...record } } as unknown as EndedEvent);
  const result = { best: { step: 5, accuracy: 0.45678 } };

  it('gives its best accuracy', () => {
    const said = 'flip, seed 7  validation accuracy 0.4568 at step 5  1 min 01 s';
    expect(line({ status: 'done', result })).toBe(`done     ${said}`);
    expect(line({ status: 'done', result }, 'kept')).toBe(`kept     ${said}`);
  });

  it('gives its time alone where there were no validation images', () => {
    expect(line({ status: 'done', result: { best: null } })).toBe('done     flip, seed 7  1 min 01 s');
  });

  it.each([
    [{ exitCode: 2, signal: null, lastLines: ['one', 'the disk is full'] }, '(exit code 2) the disk is full'],
    [{ exitCode: null, signal: 'SIGKILL', lastLines: [] }, '(signal SIGKILL)'],
    [{ exitCode: null, signal: null, lastLines: ['the loss is NaN'] }, 'the loss is NaN'],
  ])('gives the reason of a failure: %j', (failure, reason) => {
    expect(line({ status: 'failed', failure })).toBe(`failed   flip, seed 7  ${reason}`);
  });

  it('says where a search left it', () => {
    expect(line({ status: 'pruned', pruned: { search: 'a', step: 20, accuracy: 0.25 } })).toBe(
      'pruned   flip, seed 7  validation accuracy 0.2500 at step 20  1 min 01 s',
    );
  });

  it('says that it was interrupted', () => {
    expect(line({ status: 'interrupted' })).toBe('stopped  flip, seed 7');
  });
});
