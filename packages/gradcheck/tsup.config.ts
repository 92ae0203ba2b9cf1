import { definePackage } from '../../tsup.shared.ts';

export default definePackage({ index: 'src/index.ts', float32: 'src/float32/index.ts' });
