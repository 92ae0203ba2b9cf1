import { probeOrtRuntime } from '@cifarlab/ort-runtime';
import { describe, expect, it, type TestContext } from 'vitest';
import { nativeKernels } from '../../src/kernels/index.js';
import { type Exclusion, exclusions } from './exclusions.js';
import { runSuite } from './run-suite.js';
import type { SpecResult, SuiteReport } from './spec-result.js';

/** The test of this file that stands for a spec: it fails, passes and is skipped with it. */
function judge(spec: SpecResult, excluded: Exclusion | undefined, skip: (reason: string) => void): void {
  if (spec.status === 'pending') skip(`switched off in tfjs-core: ${spec.pendingReason}`);
  else if (excluded && spec.status === 'passed') {
    throw new Error(`This spec passes, though it is excluded (${excluded.reason}): narrow its exclusion`);
  } else if (excluded) skip(excluded.reason);
  else if (spec.status !== 'passed') throw new Error(spec.failures.join('\n') || spec.status);
}

const probe = probeOrtRuntime();
const { specs, calls }: SuiteReport = probe.available ? await runSuite() : { specs: [], calls: {} };
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
  it('that fails, fails with its messages', () =>
    expect(() => judged({ status: 'failed', failures: ['1 is not 2', 'nor 3'] })).toThrow('1 is not 2\nnor 3'));
});
