import { writeFileSync } from 'node:fs';
import { jasmine } from './jasmine-globals.js';
import type { SpecResult, SuiteReport } from './spec-result.js';

/**
 * Runs the specs that were imported, and writes a {@link SuiteReport} to the file that the command line names.
 *
 * @param calls returns the calls of each kernel when all specs have run.
 */
export async function reportSuite<Calls>(calls: () => Readonly<Record<string, Calls>>): Promise<void> {
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
  const report: SuiteReport<Calls> = { specs, calls: calls() };
  writeFileSync(process.argv[2]!, JSON.stringify(report));
}
