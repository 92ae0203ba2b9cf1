import { definePackage } from '../tsup.shared.ts';

export default definePackage(
  { bench: 'src/bench.ts', worker: 'src/worker/worker.ts' },
  { format: ['esm'], dts: false },
);
