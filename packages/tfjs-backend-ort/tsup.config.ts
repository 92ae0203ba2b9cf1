import { definePackage } from '../../tsup.shared.ts';

// The shims give the CommonJS build an import.meta.url, from which tfjs's cpu backend is found.
export default definePackage({ index: 'src/index.ts' }, { shims: true });
