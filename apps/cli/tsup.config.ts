import { definePackage } from '../../tsup.shared.ts';

export default definePackage({ bin: 'src/bin.ts', 'trial-process': 'src/trial-process.ts' }, { format: ['esm'] });
