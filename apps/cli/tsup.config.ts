import { definePackage } from '../../tsup.shared.ts';

export default definePackage(
  { bin: 'src/bin.ts', 'probe-backend': 'src/probe-backend.ts' },
  { format: ['esm'], dts: false },
);
