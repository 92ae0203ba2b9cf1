import { describe, expect, it, type TestContext } from 'vitest';
import { judge } from '../../../tfjs-backend-ort/test/tfjs-core/judge.js';
import { runSuite } from '../../../tfjs-backend-ort/test/tfjs-core/run-suite.js';
import type { SpecResult, SuiteReport } from '../../../tfjs-backend-ort/test/tfjs-core/spec-result.js';
import { gpuKernels } from '../../src/kernels/index.js';
import { start } from '../support/webgpu.js';
import { exclusions } from './exclusions.js';

const missing = await start();
const { specs, calls }: SuiteReport<number> =
  missing === undefined ? await runSuite(new URL('suite.ts', import.meta.url), ['webgpu']) : { specs: [], calls: {} };
const exclusionOf = (spec: SpecResult) => exclusions.find((exclusion) => exclusion.specs.test(spec.fullName));

it('tfjs-core has run its specs, and nearly all count', (context) => {
  if (missing !== undefined) return context.skip(missing);
  expect(specs.length).toBeGreaterThan(550);
  expect(specs.filter(exclusionOf).length).toBeLessThan(specs.length / 100);
});

it('its specs run every kernel that replaces one of TensorFlow.js', (context) => {
  if (missing !== undefined) return context.skip(missing);
  const replaced = gpuKernels.map(({ kernelName }) => kernelName).filter((name) => !name.startsWith('Cifarlab'));
  expect(replaced.filter((name) => !calls[name])).toEqual([]);
});

describe('tfjs-core', () => {
  for (const spec of specs) {
    it(spec.fullName, (context: TestContext) => judge(spec, exclusionOf(spec), (reason) => context.skip(reason)));
  }
});
