import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';
import { expect, it } from 'vitest';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

const readme = readFileSync(path('../README.md'), 'utf8');
const examples = [...readme.matchAll(/```js\n((?:(?!```).)*)```\n\n```\n(.*?)```/gs)].map(([, code, output]) => ({
  code,
  output,
}));

it('has two examples with their output', () => void expect(examples).toHaveLength(2));

it.each(examples)('an example of the README prints what the README says', async ({ code, output }) => {
  const folder = await mkdtemp(join(tmpdir(), 'cifarlab-readme-'));
  try {
    await writeFile(join(folder, 'example.mjs'), code!);
    await build({
      config: false,
      silent: true,
      entry: [join(folder, 'example.mjs')],
      outDir: join(folder, 'out'),
      outExtension: () => ({ js: '.mjs' }),
      format: 'esm',
      target: 'node20',
      noExternal: [/./],
      // CommonJS packages of the bundle ask for Node's modules.
      banner: {
        js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
      },
      esbuildOptions(options) {
        options.alias = {
          '@cifarlab/trainer': path('../src/index.ts'),
          '@cifarlab/trainer/tfjs': path('../src/tfjs.ts'),
        };
        options.conditions = ['@cifarlab/source'];
        options.nodePaths = [path('../node_modules')];
      },
    });
    expect(
      execFileSync(process.execPath, [join(folder, 'out', 'example.mjs')], { encoding: 'utf8', stdio: 'pipe' }),
    ).toBe(output);
  } finally {
    await rm(folder, { recursive: true });
  }
});
