// Bundled, and run in a process of its own: `node suite.mjs FILE` writes an array of SpecResult to FILE.
import { writeFileSync } from 'node:fs';
import { jasmine } from './jasmine-globals.js';
import './test-environment.js';
import '@tensorflow/tfjs-core/dist/tests';
import type { SpecResult } from './spec-result.js';

const results: SpecResult[] = [];
const env = jasmine.getEnv();
env.configure({ random: false });
env.addReporter({
  specDone({ fullName, status, failedExpectations, pendingReason }) {
    const failures = failedExpectations.map(({ message }) => message);
    results.push({ fullName, status, failures, pendingReason });
  },
});
await env.execute();
writeFileSync(process.argv[2]!, JSON.stringify(results));
