import { probeOrtRuntime } from '@cifarlab/ort-runtime';
import { describe, expect, it, type TestContext } from 'vitest';
import type { CallCount } from '../../src/index.js';
import { nativeKernels } from '../../src/kernels/index.js';
import { exclusions } from './exclusions.js';
import { type Exclusion, judge } from './judge.js';
import { runSuite } from './run-suite.js';
import type { SpecResult, SuiteReport } from './spec-result.js';

const probe = probeOrtRuntime();
const { specs, calls }: SuiteReport<CallCount> = probe.available
  ? await runSuite(new URL('suite.ts', import.meta.url))
  : { specs: [], calls: {} };
const exclusionOf = (spec: SpecResult) => exclusions.find((exclusion) => exclusion.specs.test(spec.fullName));

it('tfjs-core has run its specs, and nearly all count', (context) => {
  if (!probe.available) return context.skip(probe.reason);
  expect(specs.length).toBeGreaterThan(4200);
  expect(specs.filter(exclusionOf).length).toBeLessThan(specs.length / 100);
});

it('its specs run every native kernel that replaces one of cpu', (context) => {
  if (!probe.available) return context.skip(probe.reason);
  const replaced = nativeKernels.map(({ kernelName }) => kernelName).filter((name) => !name.startsWith('Cifarlab'));
  expect(replaced.filter((name) => !calls[name]?.native)).toEqual([]);
});

describe('tfjs-core', () => {
  for (const spec of specs) {
    it(spec.fullName, (context: TestContext) => judge(spec, exclusionOf(spec), (reason) => context.skip(reason)));
  }
});

describe('a spec', () => {
  const spec: SpecResult = { fullName: 'x', status: 'passed', failures: [], pendingReason: '' };
  const exclusion: Exclusion = { specs: /x/, reason: 'because' };
  const judged = (changes: Partial<SpecResult>, excluded?: Exclusion) => {
    let skipped: string | undefined;
    judge({ ...spec, ...changes }, excluded, (reason) => {
      skipped = reason;
    });
    return skipped ?? 'passes';
  };

  it('that passes, passes', () => expect(judged({})).toBe('passes'));
  it('that is switched off is skipped', () =>
    expect(judged({ status: 'pending', pendingReason: 'xit' })).toBe('switched off in tfjs-core: xit'));
  it('that is excluded is skipped with the reason', () =>
    expect(judged({ status: 'failed' }, exclusion)).toBe('because'));
  it('that is excluded and passes, fails', () =>
    expect(() => judged({}, exclusion)).toThrow('passes, though it is excluded (because)'));
  it('that is excluded and passes, passes where that depends on the driver', () =>
    expect(judged({}, { ...exclusion, dependsOnDriver: true })).toBe('passes'));
  it('that fails, fails with its messages', () =>
    expect(() => judged({ status: 'failed', failures: ['1 is not 2', 'nor 3'] })).toThrow('1 is not 2\nnor 3'));
});
