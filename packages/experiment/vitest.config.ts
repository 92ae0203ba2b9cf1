import { definePackageTests } from '../../vitest.shared.ts';

// Hooks train runs that the tests share.
export default definePackageTests({ hookTimeout: 60_000 });
