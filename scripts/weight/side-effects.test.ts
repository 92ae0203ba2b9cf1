// What importing a package does: define its exports, quickly, and nothing else. Tested on the built files.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { root } from '../lib/workspace.mjs';
import { entryPoints } from './entry-points.mjs';
import { filesLoadedBy, packageOfFile } from './import-process.mjs';

const probe = pathToFileURL(join(root, 'scripts/weight/side-effects.mjs')).href;

/** The other packages whose code an import loads, but for those that TensorFlow.js loads for itself. */
const loads: Record<string, string[]> = {};

/** What the register entries are there for. */
const registers: Record<string, string[]> = {};

interface Case {
  specifier: string;
  folder: string;
  format: 'esm' | 'cjs';
  tfjs: boolean;
}

const cases: Case[] = entryPoints().flatMap(({ specifier, folder, manifest }) =>
  (['esm', 'cjs'] as const).map((format) => ({
    specifier,
    folder,
    format,
    tfjs: '@tensorflow/tfjs-core' in (manifest.peerDependencies ?? {}),
  })),
);

test('the packages are built', () => {
  expect(existsSync(join(root, 'packages/trainer/dist/index.js')), 'run `pnpm build` first').toBe(true);
});

describe('importing does nothing but define:', { timeout: 120_000 }, () => {
  test.concurrent.for(cases)('$specifier ($format)', async ({ specifier, folder, format, tfjs }, { expect }) => {
    const load = format === 'esm' ? `import('${specifier}')` : `require('${specifier}')`;
    // TensorFlow.js itself adds globals and registers its classes; that is not the package's doing.
    const core = tfjs ? `await import('@tensorflow/tfjs-core')` : 'undefined';
    const code = `(async () => {
      const { sideEffectsOf } = await import('${probe}');
      const tf = ${core};
      ${tfjs ? "await import('@tensorflow/tfjs-layers');" : ''}
      console.log(JSON.stringify(await sideEffectsOf(() => ${load}, tf)));
    })();`;
    const { stdout } = await filesLoadedBy(code, { folder, format });
    expect(JSON.parse(stdout)).toEqual(registers[specifier] ?? []);
  });
});

describe('importing loads what it needs and no more:', { timeout: 120_000 }, () => {
  test.concurrent.for(cases)('$specifier ($format)', async ({ specifier, folder, format }, { expect }) => {
    const load = format === 'esm' ? `import '${specifier}';` : `require('${specifier}');`;
    const { files } = await filesLoadedBy(load, { folder, format });
    const packages = [...new Set(files.map(packageOfFile))];
    console.log(specifier, packages);
    expect(packages.filter((name) => name !== specifier)).toEqual(loads[specifier]);
  });
});
