import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig, type TestUserConfig } from 'vitest/config';

// Tests read the sources of sibling packages, so that a change is tested before it is built.
const conditions = ['@cifarlab/source', 'node', 'import', 'module', 'default'];

const shortProcesses = fileURLToPath(new URL('scripts/vitest-short-processes.cjs', import.meta.url));

/** Tests that train at length or start many processes; `npm test` leaves them out. */
const long = '**/*.long.test.ts';
const isShort = process.env.CIFARLAB_SHORT_TESTS === '1';

/** The test configuration of every package. */
export function definePackageTests(test: TestUserConfig = {}) {
  return defineConfig({
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
      exclude: isShort ? [...configDefaults.exclude, long] : configDefaults.exclude,
      reporters: ['default', fileURLToPath(new URL('scripts/vitest-tally.ts', import.meta.url))],
      setupFiles: [fileURLToPath(new URL('scripts/vitest-properties.ts', import.meta.url))],
      // Where all tests are long, a run without them is empty.
      passWithNoTests: isShort,
      env: { NODE_OPTIONS: [process.env.NODE_OPTIONS, `--require ${JSON.stringify(shortProcesses)}`].join(' ').trim() },
      // A busy machine makes a process of one second take thirty.
      testTimeout: 120_000,
      hookTimeout: 120_000,
      // By default a core is left free, which on two cores halves the pace.
      maxWorkers: '100%',
      ...test,
    },
  });
}
