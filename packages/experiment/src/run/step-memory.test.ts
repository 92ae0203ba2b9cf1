import type { StartedEngine } from '@cifarlab/engines';
import { describe, expect, it } from 'vitest';
import { SettingError } from '../settings/setting-error.js';
import { checkStepMemory, memoryLimits } from './step-memory.js';

const MIB = 2 ** 20;
/** 10 MiB an image beside 100 MiB. */
const bytesOf = (batchSize: number) => (100 + 10 * batchSize) * MIB;
const limits = (engine: number | undefined, machine: number | undefined) => ({
  engine: engine === undefined ? undefined : { name: 'ort', bytes: engine * MIB },
  machine: machine === undefined ? undefined : machine * MIB,
});

describe('checkStepMemory', () => {
  it.each([
    [
      limits(1000, 5000),
      'batchSize 91 takes about 1010 MiB a step, and the backend ort has 1000 MiB; use batchSize 90 or smaller',
    ],
    [
      limits(5000, 1000),
      'batchSize 91 takes about 1010 MiB a step, and this machine has free for it 1000 MiB; use batchSize 90 or smaller',
    ],
    [
      limits(undefined, 105),
      'batchSize 91 takes about 1010 MiB a step, and this machine has free for it 105 MiB; not even the smallest',
    ],
    [limits(undefined, -5), 'free for it 0 MiB; not even the smallest'],
  ])('refuses what does not fit into %j, with the largest batch that does', (given, message) => {
    const refused = () => checkStepMemory({ batchSize: 91 }, bytesOf, given);
    expect(refused).toThrow(SettingError);
    expect(refused).toThrow(message);
  });

  it('takes what just fits, returns what it takes, and needs no limit', () => {
    expect(checkStepMemory({ batchSize: 90 }, bytesOf, limits(1000, 1000))).toBe(1000 * MIB);
    expect(checkStepMemory({ batchSize: 500 }, bytesOf, limits(undefined, undefined))).toBe(5100 * MIB);
  });

  it('asks for what a part of a batch takes, and says in how many parts it fits', () => {
    const check = (batchSize: number, accumulate: number) =>
      checkStepMemory({ batchSize, accumulate }, bytesOf, limits(1000, undefined));
    expect(check(179, 2)).toBe(1000 * MIB);
    expect(() => check(181, 2)).toThrow(
      'batchSize 181 takes about 1010 MiB a step, and the backend ort has 1000 MiB; take the batch in parts ' +
        '(accumulate 3), or use batchSize 180 or smaller',
    );
  });

  it('offers no batch that is too small to learn from', () => {
    expect(() => checkStepMemory({ batchSize: 91 }, bytesOf, limits(110, undefined), 2)).toThrow(
      'not even the smallest batch fits',
    );
  });
});

describe('memoryLimits', () => {
  const started = (engine: Partial<StartedEngine>) =>
    memoryLimits({ name: 'cpu', device: 'cpu', ...engine } as StartedEngine);

  it('knows what the machine has, but not what a GPU has', () => {
    expect(started({})).toEqual({ engine: undefined, machine: expect.any(Number) });
    expect(started({ name: 'tfjs-node-gpu', device: 'gpu' })).toEqual({ engine: undefined, machine: undefined });
    expect(started({ name: 'ort', memoryLimit: 7 }).engine).toEqual({ name: 'ort', bytes: 7 });
  });
});
