import { definePackageTests } from '../vitest.shared.ts';

export default definePackageTests({
  globalSetup: 'src/setup.ts',
  // Installs and trainings on a busy machine take minutes.
  testTimeout: 600_000,
  hookTimeout: 600_000,
  maxConcurrency: 2,
  maxWorkers: 2,
});
