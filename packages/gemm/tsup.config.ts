import { definePackage } from '../../tsup.shared.ts';

export default definePackage(undefined, {
  // CommonJS has no import.meta; its own name for the file is only looked at under Node.
  esbuildOptions(options, { format }) {
    if (format === 'cjs') options.define = { ...options.define, 'import.meta.url': '__filename' };
  },
});
