import { fileURLToPath } from 'node:url';
import { main } from 'assemblyscript/asc';

/**
 * Compiles assembly/index.ts.
 *
 * @returns {Promise<string>} the WebAssembly module, in base64.
 */
export async function compile() {
  const packageRoot = fileURLToPath(new URL('..', import.meta.url));
  const files = new Map();
  const options = ['--config', 'assembly/asconfig.json', '--outFile', 'simd.wasm', '--baseDir', packageRoot];
  const { error, stderr } = await main(options, { writeFile: (name, contents) => files.set(name, contents) });
  if (error) throw new Error(`[build:simd] assembly/ does not compile:\n${stderr}`, { cause: error });
  return Buffer.from(files.get('simd.wasm')).toString('base64');
}
