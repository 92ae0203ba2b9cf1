/** Compiles add-tile.wat into src/add-tile-wasm.ts: `npm run build:kernel`. */
import { readFileSync, writeFileSync } from 'node:fs';
import loadWabt from 'wabt';

const source = readFileSync(new URL('add-tile.wat', import.meta.url), 'utf8');
const wabt = await loadWabt();
const { buffer } = wabt.parseWat('add-tile.wat', source, { simd: true }).toBinary({});
const lines = Buffer.from(buffer)
  .toString('base64')
  .match(/.{1,112}/g)
  .map((line) => `  '${line}'`);

writeFileSync(
  new URL('../src/add-tile-wasm.ts', import.meta.url),
  `/** The WebAssembly module made of \`kernel/add-tile.wat\` by \`npm run build:kernel\`, in base64. */
export const ADD_TILE_WASM =
${lines.join(' +\n')};
`,
);
