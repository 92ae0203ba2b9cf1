import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.js';
import { checkStepMemory, memoryLimits } from './step-memory.js';

const MIB = 2 ** 20;
/** 10 MiB an image beside 100 MiB. */
const bytesOf = (batchSize: number) => (100 + 10 * batchSize) * MIB;
const limits = (backend: number | undefined, machine: number | undefined) => ({
  backend: backend === undefined ? undefined : { name: 'ort', bytes: backend * MIB },
  machine: machine === undefined ? undefined : machine * MIB,
});

describe('checkStepMemory', () => {
  it.each([
    [
      limits(1000, 5000),
      '--batch-size 91 takes about 1010 MiB a step, and the backend ort has 1000 MiB; use --batch-size 90 or smaller',
    ],
    [
      limits(5000, 1000),
      '--batch-size 91 takes about 1010 MiB a step, and this machine has free for it 1000 MiB; use --batch-size 90 or smaller',
    ],
    [
      limits(undefined, 105),
      '--batch-size 91 takes about 1010 MiB a step, and this machine has free for it 105 MiB; not even the smallest',
    ],
    [limits(undefined, -5), 'free for it 0 MiB; not even the smallest'],
  ])('refuses what does not fit into %j, with the largest batch that does', (given, message) => {
    const refused = () => checkStepMemory(91, bytesOf, given);
    expect(refused).toThrow(UsageError);
    expect(refused).toThrow(message);
  });

  it('takes what just fits, says what it takes, and needs no limit', () => {
    expect(checkStepMemory(90, bytesOf, limits(1000, 1000))).toBe('memory : about 1000 MiB a step');
    expect(checkStepMemory(500, bytesOf, limits(undefined, undefined))).toBe('memory : about 4.98 GiB a step');
  });

  it('offers no batch that is too small to learn from', () => {
    expect(() => checkStepMemory(91, bytesOf, limits(110, undefined), 2)).toThrow('not even the smallest batch fits');
  });
});

describe('memoryLimits', () => {
  it('knows what the machine has, but not what a GPU has', () => {
    expect(memoryLimits({ name: 'cpu', bytes: undefined })).toEqual({
      backend: undefined,
      machine: expect.any(Number),
    });
    expect(memoryLimits({ name: 'tfjs-node-gpu', bytes: undefined })).toEqual({
      backend: undefined,
      machine: undefined,
    });
    expect(memoryLimits({ name: 'ort', bytes: 7 }).backend).toEqual({ name: 'ort', bytes: 7 });
  });
});
