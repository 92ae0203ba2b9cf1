/** Compiles assembly/index.ts into src/simd/simd-wasm.ts: `pnpm build:simd`. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { main } from 'assemblyscript/asc';

const packageRoot = fileURLToPath(new URL('..', import.meta.url));
const files = new Map();
const { error, stderr } = await main(
  [...'--config assembly/asconfig.json --outFile simd.wasm --baseDir'.split(' '), packageRoot],
  {
    writeFile: (name, contents) => files.set(name, contents),
  },
);
if (error) throw new Error(`[build:simd] assembly/ does not compile:\n${stderr}`, { cause: error });

const lines = Buffer.from(files.get('simd.wasm'))
  .toString('base64')
  .match(/.{1,112}/g)
  .map((line) => `  '${line}'`);
writeFileSync(
  new URL('../src/simd/simd-wasm.ts', import.meta.url),
  `/** The WebAssembly module made of \`assembly/\` by \`pnpm build:simd\`, in base64. */
export const SIMD_WASM =
${lines.join(' +\n')};
`,
);
