import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { publicPackages } from '../../scripts/lib/public-packages.mjs';
import { type Consumer, createConsumer, runFile } from './consumer.js';
import { diagnose } from './diagnose.js';
import { asModule, asScript, inFunction } from './modules.js';
import { firstExample, installed } from './readme.js';
import { root } from './root.js';

const { folder, registry } = inject('e2e');
const libraries = publicPackages()
  .filter(({ name }) => name !== '@cifarlab/cli' && !/\/ort-(?!runtime)|-lite\d-weights$/.test(name))
  .map(({ name, folder }) => ({
    name,
    room: folder.slice(root.length),
    example: firstExample(folder.slice(root.length)),
  }));

/** Entries that need an optional peer which the README's first command leaves out. */
const needMore: Record<string, string[]> = { '@cifarlab/trainer': ['./tfjs'] };

/**
 * Packages with an install script that need not run: prebuilt binaries lie in their tarballs. That of webgpu lifts the
 * quarantine of macOS.
 */
const scriptsNotRun = /^node_modules\/(koffi|webgpu)$/;

/** Packages that leave the computing to processes that they start, or to a network that they are given. */
const computeElsewhere = ['@cifarlab/serve', '@cifarlab/sweep', '@cifarlab/watch'];

interface Project extends Consumer {
  /** Sources in its folder. */
  sources: string[];
}

/** All of them, installed once. */
const projects = new Map<string, Promise<Project>>();

beforeAll(async () => {
  // TypeScript's users have Node's types, as a part of their project.
  const types = dirname(createRequire(import.meta.url).resolve('@types/node/package.json'));
  await mkdir(join(folder, 'consumers/node_modules/@types'), { recursive: true });
  await symlink(types, join(folder, 'consumers/node_modules/@types/node'), 'junction');
});

describe.concurrent('installed alone', () => {
  test.each(libraries)('$name', async (library) => {
    const { name } = library;
    const project = createProject(library);
    projects.set(name, project);
    const { locked } = await project;
    const ours = Object.entries(locked).filter(([path]) => path.startsWith('node_modules/@cifarlab/'));
    // npm writes down platform packages that it does not install.
    for (const [path, { resolved }] of ours.filter(([, { resolved }]) => resolved)) {
      expect(resolved, path).toMatch(new RegExp(`^${registry}`));
    }
    expect(ours.map(([path]) => path)).toContain(`node_modules/${name}`);
    const withScripts = Object.entries(locked).filter(([, { hasInstallScript }]) => hasInstallScript);
    expect(withScripts.map(([path]) => path).filter((path) => !scriptsNotRun.test(path))).toEqual([]);
  });
});

describe.concurrent('the example of its README', () => {
  const cases = libraries.flatMap(({ name }) => ['example.mjs', 'example.cjs'].map((file) => ({ name, file })));
  test.each(cases)('$name, $file', async ({ name, file }) => {
    // Concurrent tests begin while the last installations are still going on.
    const consumer = await projects.get(name)!;
    const { stdout, files } = await runFile(consumer, file);
    expect(stdout).not.toBe('');
    const home = `${pathToFileURL(consumer.folder).href}/`;
    expect(files.filter((url) => !url.startsWith(home))).toEqual([]);
    const build = file.endsWith('.mjs') ? /\.js$/ : /\.cjs$/;
    const entry = `${home}node_modules/${name}/dist/`;
    expect(files.some((url) => url.startsWith(entry) && build.test(url))).toBe(true);
    if (consumer.locked['node_modules/koffi'] && !computeElsewhere.includes(name)) {
      expect(files.some((url) => /\/node_modules\/@cifarlab\/ort-linux-x64\/libonnxruntime/.test(url))).toBe(true);
      expect(files.some((url) => /\/node_modules\/.*koffi.*\.node$/.test(url))).toBe(true);
    }
  });
});

describe('in a strict TypeScript project', () => {
  const paths = async (names: string[]) =>
    (await Promise.all(projects.values())).flatMap(({ folder, sources }) =>
      names.filter((name) => sources.includes(name)).map((name) => join(folder, name)),
    );

  test('as ES modules and CommonJS, module nodenext', async () => {
    const files = await paths(['example.mts', 'example.cts', 'entries.mts', 'entries.cts']);
    expect(diagnose(files, join(folder, 'consumers'), 'nodenext')).toEqual([]);
  });

  test('for a bundler, module esnext', async () => {
    expect(diagnose(await paths(['example.mts', 'entries.mts']), join(folder, 'consumers'), 'bundler')).toEqual([]);
  });

  test('a wrong argument is an error in all of them', async () => {
    const consumer = await projects.get('@cifarlab/numpy-random')!;
    const wrong = "import { RandomState } from '@cifarlab/numpy-random';\nnew RandomState('seed').normals(3);\n";
    for (const [mode, file] of [
      ['nodenext', 'wrong.mts'],
      ['nodenext', 'wrong.cts'],
      ['bundler', 'wrong.mts'],
    ] as const) {
      await writeFile(join(consumer.folder, file), wrong);
      const errors = diagnose([join(consumer.folder, file)], join(folder, 'consumers'), mode);
      expect(errors).toEqual([expect.stringContaining("'string' is not assignable")]);
    }
  });
});

/** Installs a package as its README says, and puts the README's first example beside it. */
async function createProject({ name, room, example }: (typeof libraries)[number]): Promise<Project> {
  const consumer = await createConsumer(name.slice('@cifarlab/'.length), installed(room));
  const code = onSmallWeights(onMiniDataset(example.code));
  await writeFile(join(consumer.folder, smallWeights), oneArray());
  const entries = await allEntries(name, consumer);
  const sources = {
    'example.mjs': asModule(code),
    'example.cjs': asScript(code),
    'entries.mts': entries,
    'entries.cts': entries,
    ...(example.language === 'ts' && { 'example.mts': code, 'example.cts': inFunction(code) }),
  };
  for (const [file, content] of Object.entries(sources)) await writeFile(join(consumer.folder, file), content);
  return { ...consumer, sources: Object.keys(sources) };
}

/** Gives an example that computes on the published images 200 of them instead. */
function onMiniDataset(code: string): string {
  const dataDir = join(root, 'packages/cifar10/test/fixtures/cifar10-mini');
  const options = JSON.stringify({ dataDir, allowUnverified: true, validationSize: 50 });
  return code
    .replace('loadCifar10({ validationSize: 5000 })', `loadCifar10(${options})`)
    .replace('nextBatch(200)', 'nextBatch(60)');
}

/** The file of weights that examples read, which may be of any kind that there is. */
const smallWeights = 'network.pth';

/** Gives an example that fetches the weights of a large network a small file instead. */
function onSmallWeights(code: string): string {
  return code.replace(
    "loadPretrained('efficientnet-lite0')",
    `loadPretrained('efficientnet-lite0', { file: '${smallWeights}' })`,
  );
}

/** Returns a file of weights with one array of two numbers. */
function oneArray(): Buffer {
  const header = Buffer.from('{"_conv_stem.weight":{"dtype":"F32","shape":[2,1,1,1],"data_offsets":[0,8]}}');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.from(Float32Array.of(1, 2).buffer)]);
}

/** Returns a module that imports all entries of a package. */
async function allEntries(name: string, consumer: Consumer): Promise<string> {
  const file = join(consumer.folder, 'node_modules', name, 'package.json');
  const { exports } = JSON.parse(await readFile(file, 'utf8')) as { exports: Record<string, unknown> };
  const entries = Object.keys(exports).filter(
    (entry) => entry !== './package.json' && !entry.includes('*') && !needMore[name]?.includes(entry),
  );
  const imports = entries.map((entry, i) => `import * as entry${i} from '${name}${entry.slice(1)}';\n`);
  return `${imports.join('')}\nexport const entries: object[] = [${entries.map((_, i) => `entry${i}`)}];\n`;
}
