import { describe, expect, it } from 'vitest';
import { networkOf } from '../networks/registry.js';
import { learningRateSchedule, type ScheduleSettings } from './schedule.js';
import { settingsOf } from './settings-of.js';

const rates = (settings: Partial<ScheduleSettings>, steps: readonly number[]) => {
  const rate = learningRateSchedule(settingsOf(networkOf('mlp'), { learningRate: 0.8, maxSteps: 12, ...settings }));
  return steps.map((step) => Number(rate(step).toPrecision(12)));
};

describe('learningRateSchedule', () => {
  it('constant: the same at every step', () => {
    expect(rates({ schedule: 'constant' }, [1, 7, 12])).toEqual([0.8, 0.8, 0.8]);
  });

  it('step: a tenth after each third', () => {
    expect(rates({ schedule: 'step' }, [1, 4, 5, 8, 9, 12])).toEqual([0.8, 0.8, 0.08, 0.08, 0.008, 0.008]);
  });

  it('cosine: down to 0 after the last step, half way at the middle', () => {
    expect(rates({ schedule: 'cosine' }, [1, 7, 13])).toEqual([0.8, 0.4, 0]);
  });

  it('one-cycle: from a 25th up to the rate, and down to almost nothing at the last step', () => {
    const [first, top, last] = rates({ schedule: 'one-cycle', maxSteps: 10 }, [1, 3, 10]);
    expect([first, top]).toEqual([0.032, 0.8]);
    expect(last).toBeCloseTo(0.8 / 250_000, 12);
  });

  it('one-cycle: as short as it is allowed to be', () => {
    expect(Math.max(...rates({ schedule: 'one-cycle', maxSteps: 4 }, [1, 2, 3, 4]))).toBeGreaterThan(0.5);
  });

  it.each([
    ['constant', [0.8, 0.8, 0.8]],
    ['step', [0.8, 0.08, 0.008]],
    ['cosine', [0.8, 0.6, 0.2]],
  ] as const)('%s starts after a linear warm-up and fills the steps that are left', (schedule, after) => {
    // Starts of the thirds of the 9 steps after the warm-up of 3.
    const warm = rates({ schedule, warmupSteps: 3 }, [1, 2, 3, 4, 7, 10]);
    expect(warm[0]).toBeLessThan(warm[1]!);
    expect(warm[1]).toBeLessThan(warm[2]!);
    expect(warm[2]).toBeLessThan(0.8);
    expect(warm.slice(3)).toEqual(after);
  });
});
