import { definePackageTests } from '../../vitest.shared.ts';

// The tests compute and leave no state behind, so that their files can share one load of the libraries.
export default definePackageTests({ isolate: false });
