import { definePackage } from '../../tsup.shared.ts';

// createRequire needs the module's own place in both formats.
export default definePackage({ index: 'src/index.ts' }, { shims: true });
