// Bundled, and run in its own process: `node suite.mjs FILE` writes a SuiteReport to FILE.
import { writeFileSync } from 'node:fs';
import { jasmine } from './jasmine-globals.js';
import './test-environment.js';
import '@tensorflow/tfjs-core/dist/tests';
import { nativeCallCounts } from '../../src/index.js';
import type { SpecResult, SuiteReport } from './spec-result.js';

const specs: SpecResult[] = [];
const env = jasmine.getEnv();
env.configure({ random: false });
env.addReporter({
  specDone({ fullName, status, failedExpectations, pendingReason }) {
    const failures = failedExpectations.map(({ message }) => message);
    specs.push({ fullName, status, failures, pendingReason });
  },
});
await env.execute();
const report: SuiteReport = { specs, calls: nativeCallCounts() };
writeFileSync(process.argv[2]!, JSON.stringify(report));
