import { definePackage } from '../../tsup.shared.ts';

export default definePackage(
  { index: 'src/index.ts', node: 'src/node.ts', terminal: 'src/terminal.ts' },
  { esmOnly: ['fast-png', 'vega', 'vega-interpreter'] },
);
