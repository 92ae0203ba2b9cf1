import { planSweep, SweepError } from '@cifarlab/sweep';
import { describe, expect, it } from 'vitest';
import { reservedNames as reserved } from './sweep-names.js';

describe('a sweep file', () => {
  it.each<[object, RegExp]>([
    [{ help: true }, /"help" is not for a sweep's file; see `npx cifarlab train --help`/],
    [{ out: 'x' }, /"out" is not for a sweep's file; the sweep sets it for each trial/],
    [{ resume: 'x' }, /"resume" is not for a sweep's file/],
    [{ json: true }, /"json" is not for a sweep's file/],
    [{ quiet: true }, /"quiet" is not for a sweep's file/],
    [{ threads: 2 }, /"threads" is not for a sweep's file; .* --cores and --jobs/],
    [{ watch: true }, /"watch" is not for a sweep's file; look at all trials with `npx cifarlab watch`/],
    [{ seed: 1 }, /"seed" is not for a sweep's file; name the seeds in "seeds"/],
    [{ 'no-test': true }, /"no-test" is not for a sweep's file; .*the selected configuration alone/],
    [{ 'data-dir': 'x' }, /"data-dir" is not for a sweep's file; give it to `sweep` itself/],
    [{ data_dir: 'x' }, /"data_dir" is not for a sweep's file/],
    [{ offline: true }, /"offline" is not for a sweep's file/],
    [{ 'allow-unverified': true }, /"allow-unverified" is not for a sweep's file/],
  ])('refuses the flags %j', (flags, message) => {
    const settings = flags as Record<string, string | number | boolean>;
    for (const file of [{ settings }, { list: [settings] }]) {
      expect(() => planSweep({ model: 'mlp', ...file }, { reserved })).toThrow(SweepError);
      expect(() => planSweep({ model: 'mlp', ...file }, { reserved })).toThrow(message);
    }
  });
});
