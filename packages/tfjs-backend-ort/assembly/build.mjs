/** Compiles assembly/index.ts into src/simd/simd-wasm.ts: `npm run build:simd`. */
import { writeFileSync } from 'node:fs';
import { compile } from './compile.mjs';

const lines = (await compile()).match(/.{1,112}/g).map((line) => `  '${line}'`);
writeFileSync(
  new URL('../src/simd/simd-wasm.ts', import.meta.url),
  `/** The WebAssembly module made of \`assembly/\` by \`npm run build:simd\`, in base64. */
export const SIMD_WASM =
${lines.join(' +\n')};
`,
);
