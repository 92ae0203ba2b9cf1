// Importing a package defines its exports, and does nothing else. Tested on the built files, as users get them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { root } from '../lib/workspace.mjs';
import { entryPoints } from './entry-points.mjs';
import { filesLoadedBy, importCode, packageOfFile, runInPackage } from './import-process.mjs';

const ndarray = ['iota-array', 'is-buffer', 'ndarray'];
const ndarrayOps = ['cwise-compiler', ...ndarray, 'ndarray-ops', 'uniq'];
const tfjs = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers'];
const torchLayers = ['@cifarlab/numpy-random', '@cifarlab/tfjs-ops', ...tfjs];
const network = ['@cifarlab/torch-layers', ...torchLayers];
const cifar10 = ['@cifarlab/numpy-random', 'env-paths', 'is-safe-filename', ...ndarray];
const plots = ['@cifarlab/plots', 'fast-png', 'fflate', 'iobuffer'];
const onDisk = ['@cifarlab/safetensors', '@cifarlab/trainer', 'valibot'];
const experiment = ['@cifarlab/cifar10', ...cifar10, '@cifarlab/engines', ...onDisk];

/** The other packages whose code an import loads: a new one here makes every import slower. */
const loads: Record<string, string[]> = {
  '@cifarlab/cifar10': cifar10,
  '@cifarlab/convnet-preact': network,
  '@cifarlab/convnet-preact/register': network,
  '@cifarlab/efficientnet-lite': network,
  '@cifarlab/efficientnet-lite/register': network,
  '@cifarlab/engines': ndarray,
  '@cifarlab/experiment': experiment,
  '@cifarlab/experiment/export': experiment,
  '@cifarlab/experiment/records': onDisk,
  '@cifarlab/experiment/report': [...experiment, ...plots],
  '@cifarlab/fastnet': network,
  '@cifarlab/fastnet/register': network,
  '@cifarlab/gemm': [],
  '@cifarlab/gradcheck': ['@cifarlab/numpy-random', ...ndarray],
  '@cifarlab/gradcheck/float32': ndarray,
  '@cifarlab/gradient-suite': [
    '@cifarlab/gemm',
    '@cifarlab/gradcheck',
    '@cifarlab/layernorm',
    '@cifarlab/ndarray-mlp',
    '@cifarlab/numpy-random',
    ...ndarrayOps,
  ],
  '@cifarlab/layernorm': ['@cifarlab/tfjs-ops', ...tfjs],
  '@cifarlab/layernorm/ndarray': ndarrayOps,
  '@cifarlab/layernorm/register': ['@cifarlab/tfjs-ops', ...tfjs],
  '@cifarlab/mlp': ['@cifarlab/layernorm', '@cifarlab/numpy-random', '@cifarlab/tfjs-ops', ...tfjs],
  '@cifarlab/mlp/register': ['@cifarlab/layernorm', '@cifarlab/tfjs-ops', ...tfjs],
  '@cifarlab/ndarray-mlp': ['@cifarlab/gemm', '@cifarlab/numpy-random', ...ndarrayOps],
  '@cifarlab/numpy-random': [],
  '@cifarlab/onnx': ['@bufbuild/protobuf'],
  '@cifarlab/ort-runtime': ['@bufbuild/protobuf'],
  '@cifarlab/plots': plots.slice(1),
  '@cifarlab/plots/node': [],
  '@cifarlab/plots/terminal': [],
  '@cifarlab/practical': [],
  '@cifarlab/pretrained': ['@cifarlab/safetensors', '@cifarlab/torch-weights', 'env-paths', 'is-safe-filename'],
  '@cifarlab/resnet': network,
  '@cifarlab/resnet/register': network,
  '@cifarlab/safetensors': [],
  '@cifarlab/sweep': [
    ...['@cifarlab/cifar10', '@cifarlab/engines', '@cifarlab/experiment', '@cifarlab/numpy-random'],
    ...['@cifarlab/safetensors', '@cifarlab/trainer', 'env-paths', 'is-safe-filename', 'valibot', ...ndarray],
  ],
  '@cifarlab/sweep/processes': ['@cifarlab/experiment', ...experiment],
  '@cifarlab/sweep/slurm': ['@cifarlab/experiment', ...experiment],
  '@cifarlab/tensorboard': ['@bufbuild/protobuf'],
  '@cifarlab/tfjs-backend-ort': ['@bufbuild/protobuf', '@cifarlab/ort-runtime', '@tensorflow/tfjs-core'],
  '@cifarlab/tfjs-node-webgpu': ['@cifarlab/tfjs-webgpu-kernels', '@tensorflow/tfjs-core'],
  '@cifarlab/tfjs-ops': tfjs,
  '@cifarlab/tfjs-ops/register': tfjs,
  '@cifarlab/torch-weights': ['@cifarlab/safetensors'],
  '@cifarlab/tfjs-webgpu-kernels': ['@tensorflow/tfjs-core'],
  '@cifarlab/torch-layers': torchLayers,
  '@cifarlab/torch-layers/register': torchLayers,
  '@cifarlab/serve': ['@cifarlab/experiment', ...experiment],
  '@cifarlab/watch': ['@cifarlab/experiment', ...experiment],
  '@cifarlab/trainer': [],
  '@cifarlab/trainer/node': ['@cifarlab/safetensors'],
  '@cifarlab/trainer/testing': [],
  '@cifarlab/trainer/tfjs': ['@tensorflow/tfjs-core'],
};

const torchLayerClasses = ['BatchNorm', 'ConvNorm', 'Linear', 'MaxPool3x3', 'SeededDropout'];

/** The classes that the `register` entries are there to register with TensorFlow.js. */
const registers: Record<string, string[]> = {
  '@cifarlab/convnet-preact/register': [...torchLayerClasses, 'Conv2d', 'PreActBlock'].sort(),
  '@cifarlab/efficientnet-lite/register': torchLayerClasses,
  '@cifarlab/fastnet/register': [...torchLayerClasses, 'Activation', 'DiracConv2d', 'ScaledLinear', 'Whitening'].sort(),
  '@cifarlab/layernorm/register': ['LayerNorm'],
  '@cifarlab/mlp/register': ['BatchNorm', 'LayerNorm', 'SeededDropout'],
  '@cifarlab/resnet/register': torchLayerClasses,
  '@cifarlab/torch-layers/register': torchLayerClasses,
  '@cifarlab/tfjs-ops/register': ['Adam', 'AdamW', 'BatchNorm', 'Muon', 'SGD', 'SeededDropout'],
};

const entries = entryPoints();
const builds = entries.flatMap((entry) => (['esm', 'cjs'] as const).map((format) => ({ ...entry, format })));
const probe = pathToFileURL(join(root, 'scripts/weight/side-effects.mjs')).href;

/**
 * Returns the side effects of an import in a process that has already loaded the package's peers, whose effects do not
 * count.
 */
async function sideEffects({ specifier, folder, format, manifest }: (typeof builds)[number]): Promise<string[]> {
  const withTfjs = '@tensorflow/tfjs-core' in (manifest.peerDependencies ?? {});
  const withLayers = withTfjs && existsSync(join(folder, 'node_modules/@tensorflow/tfjs-layers'));
  const { stdout } = await runInPackage(
    `(async () => {
      const { sideEffectsOf } = await import('${probe}');
      const tf = ${withTfjs ? "await import('@tensorflow/tfjs-core')" : 'undefined'};
      ${withLayers ? "await import('@tensorflow/tfjs-layers');" : ''}
      const load = () => ${format === 'esm' ? `import('${specifier}')` : `require('${specifier}')`};
      console.log(JSON.stringify(await sideEffectsOf(load, tf)));
    })();`,
    { folder, format },
  );
  return JSON.parse(stdout);
}

test('the packages are built', () => {
  expect(existsSync(join(root, 'packages/trainer/dist/index.js')), 'run `npm run build` first').toBe(true);
});

describe('importing defines exports and does nothing else:', { timeout: 300_000 }, () => {
  test.concurrent.for(builds)('$specifier ($format)', async (build, { expect }) => {
    const classes = (registers[build.specifier] ?? []).map((name) => `adds the tf class Cifarlab${name}`);
    expect(await sideEffects(build)).toEqual(classes);
  });
});

describe('importing loads what it needs and no more:', { timeout: 300_000 }, () => {
  test.concurrent.for(entries)('$specifier', async ({ specifier, folder, manifest }, { expect }) => {
    const { files } = await filesLoadedBy(importCode(specifier, 'esm'), { folder, format: 'esm' });
    const packages = [...new Set(files.map(packageOfFile))].filter((name) => name !== manifest.name);
    expect(packages.sort()).toEqual([...loads[specifier]!].sort());
  });
});

test.each(entries)('the manifest says whether importing $specifier has side effects', ({ specifier, manifest }) => {
  const declared: string[] = manifest.sideEffects || [];
  const entry = specifier.slice(manifest.name.length + 1);
  expect(declared.some((file) => file.endsWith(`/${entry}.js`))).toBe(specifier in registers);
});

describe('the check itself finds', { timeout: 300_000 }, () => {
  test.concurrent.for([
    ['globalThis.leak = 1', 'adds the global leak'],
    ['Array.prototype.last = 1', 'adds Array.prototype.last'],
    ["process.env.LEAK = '1'", 'adds the environment variable LEAK=1'],
    ["process.on('exit', () => {})", "adds 1 listeners of the process's event exit"],
    ['setInterval(() => {}, 1e6).unref()', 'calls globalThis.setInterval(() => {})'],
    ["console.log('hello')", 'calls stdout.write("hello\\n")'],
    ["require('node:fs').readFileSync('package.json')", 'calls fs.readFileSync("package.json")'],
    ["require('node:child_process').execSync('true')", 'calls child_process.execSync("true")'],
    ["new (require('node:worker_threads').Worker)('', { eval: true })", 'calls worker_threads.Worker("")'],
    ["process.dlopen({ exports: {} }, '/missing.node')", 'calls process.dlopen([object Object])'],
    [
      'new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0))',
      'calls WebAssembly.Module(0,97,115,109,1,0,0,0)',
    ],
  ])('%s', async ([code, effect], { expect }) => {
    const { stdout } = await runInPackage(
      `import('${probe}').then(async ({ sideEffectsOf }) => {
        const effects = await sideEffectsOf(() => { try { ${code} } catch {} });
        console.log('\\n' + JSON.stringify(effects));
      });`,
      { folder: 'packages/gemm', format: 'cjs' },
    );
    expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toContain(effect);
  });
});
