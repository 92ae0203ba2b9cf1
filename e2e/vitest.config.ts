import { definePackageTests } from '../vitest.shared.ts';

export default definePackageTests({
  globalSetup: 'src/setup.ts',
  // Programs of users start with nothing of this repository.
  env: {},
  // On a busy machine an installation takes minutes.
  testTimeout: 1_800_000,
  hookTimeout: 1_800_000,
  maxConcurrency: 2,
  maxWorkers: 2,
});
