import { definePackage } from '../../tsup.shared.ts';

export default definePackage({ bin: 'src/bin.ts' }, { format: ['esm'], dts: false });
