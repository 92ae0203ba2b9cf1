import { describe, expect, it } from 'vitest';
import { networkOf } from '../networks/registry.js';
import { changesAtResume } from './changes-at-resume.js';
import type { GivenSettings } from './network-settings.js';
import { SettingError } from './setting-error.js';
import { settingsOf } from './settings-of.js';

const mlp = networkOf('mlp');
const recorded = settingsOf(mlp, { schedule: 'cosine', dnnHiddenUnits: [20, 10] });

describe('changesAtResume', () => {
  it('allows another length, and another span of the schedule', () => {
    expect(changesAtResume(mlp, recorded, { maxSteps: 2000, scheduleSteps: 1400 })).toEqual({
      maxSteps: { before: 1400, after: 2000 },
      scheduleSteps: { before: null, after: 1400 },
    });
  });

  it('sees no change in what the run has', () => {
    const again = { maxSteps: 1400, dnnHiddenUnits: [20, 10], flip: false, seed: undefined };
    expect(changesAtResume(mlp, recorded, again)).toEqual({});
    expect(changesAtResume(mlp, recorded, recorded)).toEqual({});
  });

  it.each<[GivenSettings<typeof mlp>, string]>([
    [{ learningRate: 0.1 }, "learningRate 0.1 differs from the run's 0.001; leave it out, or start a new run"],
    [{ dnnHiddenUnits: [] }, "dnnHiddenUnits  differs from the run's 20,10"],
    [{ preset: 'strong' }, "preset strong differs from the run's course"],
    [{ earlyStopping: 3 }, "earlyStopping 3 differs from the run's null"],
    [{ maxSteps: 0 }, 'maxSteps 0 must be a whole number of 1 or more'],
    [{ dtype: 'float32' } as object, 'dtype float32 is not a setting of mlp'],
  ])('refuses %j', (given, message) => {
    expect(() => changesAtResume(mlp, recorded, given)).toThrow(SettingError);
    expect(() => changesAtResume(mlp, recorded, given)).toThrow(message);
  });
});
