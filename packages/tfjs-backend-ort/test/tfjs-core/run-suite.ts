import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundleSuite } from './bundle-suite.js';
import type { SuiteReport } from './spec-result.js';

/**
 * Runs tfjs-core's own tests against a backend.
 *
 * @param entry the suite's file.
 * @param outside packages that cannot be bundled, such as native libraries.
 * @throws Error, with the end of what it printed, when the suite does not run to its end.
 */
export async function runSuite<Calls>(entry: URL, outside: readonly string[] = []): Promise<SuiteReport<Calls>> {
  const folder = await mkdtemp(join(tmpdir(), 'tfjs-core-suite-'));
  try {
    const [suite, report] = [join(folder, 'suite.mjs'), join(folder, 'report.json')];
    await bundleSuite(fileURLToPath(entry), suite, outside);
    await promisify(execFile)(process.execPath, [suite, report], { maxBuffer: 2 ** 26 }).catch((error) => {
      throw new Error(`tfjs-core's suite broke off: ${error.message.slice(0, 500)}\n${error.stderr.slice(-2000)}`);
    });
    return JSON.parse(await readFile(report, 'utf8'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
