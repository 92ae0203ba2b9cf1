import { definePackageTests } from './vitest.shared.ts';

export default definePackageTests({
  include: ['scripts/**/*.test.ts', 'docs/**/*.test.ts'],
  // The examples of the pages run in processes of their own.
  maxConcurrency: 2,
});
