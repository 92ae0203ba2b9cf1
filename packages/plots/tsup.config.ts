import { definePackage } from '../../tsup.shared.ts';

// The shims give the CommonJS build an import.meta.url, from which the fonts are found.
export default definePackage(
  { index: 'src/index.ts', node: 'src/node.ts', terminal: 'src/terminal.ts' },
  { shims: true },
);
