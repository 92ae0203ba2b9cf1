import { definePackageTests } from './vitest.shared.ts';

export default definePackageTests({ include: ['scripts/**/*.test.ts', 'docs/**/*.test.ts'] });
