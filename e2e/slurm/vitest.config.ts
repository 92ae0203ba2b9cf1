import { definePackageTests } from '../../vitest.shared.ts';

export default definePackageTests({ include: ['*.test.ts'], testTimeout: 900_000, hookTimeout: 300_000 });
