import { definePackage } from '../tsup.shared.ts';

export default definePackage(
  {
    bench: 'src/bench.ts',
    worker: 'src/worker/worker.ts',
    'serve-ours': 'src/serve/serve-ours.ts',
    'serve-plain': 'src/serve/serve-plain.ts',
  },
  { format: ['esm'], dts: false },
);
