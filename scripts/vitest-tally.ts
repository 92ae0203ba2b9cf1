import { renameSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

interface Tally {
  passed: number;
  /** Names of the failed tests, of the files that failed to load, and messages of errors outside any test. */
  failed: string[];
  skipped: { name: string; reason: string }[];
}

/** Writes `test-tally.json` beside the package's tests: how many passed, which failed, which were skipped and why. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(testModules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const outsideTests = unhandledErrors.map(
      (error) => `an error outside the tests: ${String((error as Error).message)}`,
    );
    const tally: Tally = { passed: 0, failed: outsideTests, skipped: [] };
    for (const testModule of testModules) {
      const file = relative(process.cwd(), testModule.moduleId);
      // A file that fails to load has no tests to count, yet it is a failure.
      if (testModule.state() === 'failed' && testModule.errors().length > 0)
        tally.failed.push(`${file}: the file itself`);
      for (const test of testModule.children.allTests()) {
        const name = `${file}: ${test.fullName}`;
        const result = test.result();
        if (result.state === 'passed') tally.passed += 1;
        else if (result.state === 'failed') tally.failed.push(name);
        else {
          const reason = result.state === 'skipped' ? result.note : undefined;
          tally.skipped.push({ name, reason: reason ?? 'no reason given' });
        }
      }
    }
    const file = resolve('test-tally.json');
    writeFileSync(`${file}.tmp`, `${JSON.stringify(tally, null, 2)}\n`);
    renameSync(`${file}.tmp`, file);
  }
}
