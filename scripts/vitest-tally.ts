import { renameSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

interface Tally {
  passed: number;
  failed: number;
  skipped: { name: string; reason: string }[];
}

/** Writes `test-tally.json` beside the package's tests: counts, and each skipped test with its reason. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(testModules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const tally: Tally = { passed: 0, failed: unhandledErrors.length, skipped: [] };
    for (const testModule of testModules) {
      // A file that fails to load has no tests to count, yet it is a failure.
      if (testModule.state() === 'failed' && testModule.errors().length > 0) tally.failed += 1;
      for (const test of testModule.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') tally.passed += 1;
        else if (result.state === 'failed') tally.failed += 1;
        else {
          const reason = result.state === 'skipped' ? result.note : undefined;
          const file = relative(process.cwd(), testModule.moduleId);
          tally.skipped.push({ name: `${file}: ${test.fullName}`, reason: reason ?? 'no reason given' });
        }
      }
    }
    const file = resolve('test-tally.json');
    writeFileSync(`${file}.tmp`, `${JSON.stringify(tally, null, 2)}\n`);
    renameSync(`${file}.tmp`, file);
  }
}
