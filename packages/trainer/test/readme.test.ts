import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';
import { expect, it } from 'vitest';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

it('the example of the README prints what the README says', async () => {
  const readme = await readFile(path('../README.md'), 'utf8');
  const [, code, output] = readme.match(/```js\n(.*?)```\n\n```\n(.*?)```/s)!;
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
      esbuildOptions(options) {
        options.alias = { '@cifarlab/trainer': path('../src/index.ts') };
      },
    });
    expect(execFileSync(process.execPath, [join(folder, 'out', 'example.mjs')], { encoding: 'utf8' })).toBe(output);
  } finally {
    await rm(folder, { recursive: true });
  }
});
