import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { createConsumer } from './consumer.js';
import { direct } from './release.js';
import { root } from './root.js';
import { succeed } from './run.js';
import { fetchTool } from './tools.js';
import { withTool } from './with-tool.js';

const { folder, registry } = inject('e2e');
const packages = ['ort-runtime', 'plots', 'cifar10', 'trainer', 'safetensors'].map((name) => `@cifarlab/${name}`);
const dataDir = join(root, 'packages/cifar10/test/fixtures/cifar10-mini');

const imports = {
  '@cifarlab/ort-runtime': 'ortRuntime',
  '@cifarlab/plots': 'curvesFromEvents, renderCurves',
  '@cifarlab/plots/node': 'renderPng',
  '@cifarlab/cifar10': 'loadCifar10',
  '@cifarlab/trainer/node': 'writeFileAtomic',
  '@cifarlab/safetensors': 'encodeSafetensors',
};
const body = `
  const events = [1, 2].map((step) => ({ event: 'train', step, loss: 3 - step }));
  const png = await renderPng(await renderCurves(curvesFromEvents(events, 'run')));
  await writeFileAtomic('curves.png', png);
  const data = await loadCifar10({ dataDir: ${JSON.stringify(dataDir)}, allowUnverified: true, validationSize: 50 });
  const works = [png.length > 1000, ortRuntime({ threads: 1 }).version, data.classNames.length, typeof encodeSafetensors];
  `;
const asImports = Object.entries(imports).map(([name, names]) => `import { ${names} } from '${name}';\n`);
const asRequires = Object.entries(imports).map(([name, names]) => `const { ${names} } = require('${name}');\n`);
const report = 'console.log(works.join());';
const works = 'true,1.30.0,10,function';
const programs = {
  'main.mjs': `${asImports.join('')}${body}${report}\n`,
  'main.cjs': `${asRequires.join('')}(async () => {${body}${report}\n})();\n`,
  'bundled.mjs': `${asImports.join('')}(async () => {${body}${report}\n})();\n`,
  'main.test.cjs': `test('works', async () => {${asRequires.join('')}${body}expect(works.join()).toBe('${works}');\n});\n`,
};

/** Makes a folder in which nothing is installed yet. */
async function project(name: string): Promise<string> {
  const room = join(folder, 'consumers', name);
  await mkdir(room, { recursive: true });
  const dependencies = Object.fromEntries(packages.map((one) => [one, '*']));
  await writeFile(join(room, 'package.json'), JSON.stringify({ name, private: true, dependencies }));
  await writeFile(join(room, '.npmrc'), `registry=${registry}\n`);
  for (const [file, code] of Object.entries(programs)) await writeFile(join(room, file), code);
  return room;
}

test('a tool is fetched twice at a time', async () => {
  const fetched = await Promise.all([fetchTool('esbuild'), fetchTool('esbuild')]);
  expect(new Set(fetched.map(({ command }) => command?.join(' '))).size).toBe(2);
  for (const { command } of fetched) expect((await succeed([...command!, '--version'], folder)).stdout).toMatch(/^\d/);
});

const environment = { ...direct, npm_config_registry: registry, CIFARLAB_OFFLINE: '1' };

withTool('yarn', environment, (yarn) => {
  test('Plug’n’Play, from a registry without the libraries of other platforms', async () => {
    const room = await project('yarn');
    const settings = {
      npmRegistryServer: registry,
      unsafeHttpWhitelist: ['127.0.0.1'],
      npmPreapprovedPackages: ['@cifarlab/*'],
      enableImmutableInstalls: false,
      enableTelemetry: false,
      enableScripts: false,
      globalFolder: join(folder, 'yarn'),
    };
    await writeFile(join(room, '.yarnrc.yml'), JSON.stringify(settings));
    await writeFile(join(room, 'yarn.lock'), '');
    await yarn(room, 'install');
    for (const file of ['main.mjs', 'main.cjs']) expect(await yarn(room, 'node', file), file).toContain(works);
  });
});

withTool('pnpm', environment, (pnpm) => {
  test('its linked folders', async () => {
    const room = await project('pnpm');
    await pnpm(room, 'install', '--ignore-scripts', '--store-dir', join(folder, 'pnpm'), '--no-frozen-lockfile');
    for (const file of ['main.mjs', 'main.cjs']) {
      expect((await succeed([process.execPath, file], room, environment)).stdout, file).toBe(`${works}\n`);
    }
  });
});

withTool('bun', environment, (bun) => {
  test('installs and runs', async () => {
    const room = await project('bun');
    await bun(room, 'install', '--ignore-scripts', '--cache-dir', join(folder, 'bun'));
    for (const file of ['main.mjs', 'main.cjs']) expect(await bun(room, file), file).toContain(works);
  });
});

describe('installed by npm', () => {
  let room: string;
  beforeAll(async () => {
    room = await project('tools');
    await createConsumer('tools', [...packages, '@cifarlab/tfjs-backend-ort', '@tensorflow/tfjs-core@4.22.0']);
    for (const [file, code] of Object.entries(programs)) await writeFile(join(room, file), code);
  });

  withTool('jest', environment, (jest) => {
    test('CommonJS without experimental flags', async () => {
      const config = JSON.stringify({
        testMatch: ['**/main.test.cjs'],
        moduleFileExtensions: ['cjs', 'js', 'json'],
        testTimeout: 120_000,
      });
      expect(await jest(room, '--rootDir', room, '--config', config)).toContain('1 passed');
    });
  });

  withTool('esbuild', environment, (esbuild) => {
    const bundle = (source: string, out: string, ...flags: string[]) =>
      esbuild(room, source, '--bundle', '--platform=node', `--outfile=${out}`, '--log-level=error', ...flags);
    const runBundle = async (where: string, out: string) =>
      (await succeed([process.execPath, '--no-experimental-require-module', out], where, environment)).stdout;

    test.each([
      ['esm', 'out.mjs', []],
      ['cjs', 'out.cjs', ['--external:vega']],
    ])('%s: all of them in one bundle', async (format, out, flags) => {
      await bundle('bundled.mjs', out, `--format=${format}`, ...flags);
      expect(await runBundle(room, out)).toBe(`${works}\n`);
    });

    test.each([
      ['esm', 'alone.mjs'],
      ['cjs', 'alone.cjs'],
    ])('%s: with nothing beside it, it says what to mark external', async (format, out) => {
      const code = `import { ortRuntime } from '@cifarlab/ort-runtime';
        import { renderPng } from '@cifarlab/plots/node';
        try { ortRuntime(); } catch (error) { console.log(error.message); }
        renderPng('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>').catch((error) => console.log(error.message));`;
      await writeFile(join(room, 'alone-source.mjs'), code);
      await bundle('alone-source.mjs', out, `--format=${format}`);
      const elsewhere = join(folder, 'elsewhere');
      await mkdir(elsewhere, { recursive: true });
      await copyFile(join(room, out), join(elsewhere, out));
      const [ort, plots] = (await runBundle(elsewhere, out)).trim().split('\n');
      expect(ort).toContain('mark @cifarlab/ort-runtime as external and install it beside the bundle');
      expect(plots).toMatch(/@cifarlab\/plots and @resvg\/resvg-wasm.*mark both as external/);
    });

    test.each([
      ['esm', 'tensors.mjs', ['--external:@tensorflow/*']],
      ['cjs', 'tensors.cjs', []],
    ])('%s: TensorFlow.js on the native backend', async (format, out, flags) => {
      const code = `import { ones, setBackend, matMul } from '@tensorflow/tfjs-core';
        import { registerOrtBackend } from '@cifarlab/tfjs-backend-ort';
        registerOrtBackend({ threads: 1 });
        setBackend('ort').then(() => console.log(matMul(ones([2, 2]), ones([2, 2])).dataSync().join()));`;
      await writeFile(join(room, 'tensors-source.mjs'), code);
      await bundle('tensors-source.mjs', out, `--format=${format}`, ...flags);
      expect(await runBundle(room, out)).toContain('2,2,2,2\n');
    });
  });
});
