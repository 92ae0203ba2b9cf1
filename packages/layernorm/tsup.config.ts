import { definePackage } from '../../tsup.shared.ts';

export default definePackage(
  { index: 'src/index.ts', register: 'src/register.ts', ndarray: 'src/ndarray/index.ts' },
  // Without it `register` imports a shared chunk for nothing, which bundlers warn about.
  { treeshake: { moduleSideEffects: 'no-external' } },
);
