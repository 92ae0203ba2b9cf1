import { cp, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { ExerciseError } from './exercise-error.js';

/** Options of {@link createExercise}. */
export interface ExerciseOptions {
  /** Whether the functions are filled in, by the packages of this repository; default false. */
  solutions?: boolean;
}

const require = createRequire(import.meta.url);

/**
 * Makes a working copy of the practical: sources with empty functions, and tests that fail until they are filled in.
 * `npm test` there says which question passes.
 *
 * The packages that the exercise imports are linked from where this one is installed, so that it works without a
 * network. Its `package.json` names them with their versions, for `npm install` on another machine.
 *
 * @param folder new, or there and empty; missing parents are made.
 * @returns the folder's absolute path.
 * @throws ExerciseError when the folder has files in it, or is a file. Nothing is changed then.
 */
export async function createExercise(folder: string, { solutions = false }: ExerciseOptions = {}): Promise<string> {
  const target = resolve(folder);
  await requireEmpty(target);
  const template = join(dirname(require.resolve('@cifarlab/practical/package.json')), 'exercise');
  const { dependencies } = JSON.parse(await readFile(join(template, '../package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const names = Object.keys(dependencies);

  await mkdir(target, { recursive: true });
  const parts = {
    src: solutions ? 'solutions' : 'src',
    test: 'questions',
    'jsconfig.json': 'jsconfig.json',
    'README.md': 'README.md',
  };
  for (const [part, source] of Object.entries(parts)) {
    await cp(join(template, source), join(target, part), { recursive: true, force: false, errorOnExist: true });
  }
  await writeFile(join(target, 'package.json'), manifest(await Promise.all(names.map(installed))), { flag: 'wx' });
  for (const { name, folder } of await Promise.all(names.map(installed))) {
    const link = join(target, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(folder, link, 'junction');
  }
  return target;
}

async function requireEmpty(folder: string): Promise<void> {
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    if (error.code === 'ENOTDIR') throw notAFolder(folder);
    throw error;
  });
  if (found === undefined) return;
  if (!found.isDirectory()) throw notAFolder(folder);
  if ((await readdir(folder)).length > 0) {
    throw new ExerciseError('folder-filled', `${folder} has files in it: choose a new folder, or empty this one.`);
  }
}

function notAFolder(folder: string): ExerciseError {
  return new ExerciseError('not-a-folder', `${folder} is not a folder: choose another path.`);
}

/** A package that the exercise imports, as it is installed here. */
interface Installed {
  name: string;
  version: string;
  folder: string;
}

async function installed(name: string): Promise<Installed> {
  const file = require.resolve(`${name}/package.json`);
  const { version } = JSON.parse(await readFile(file, 'utf8')) as { version: string };
  return { name, version, folder: dirname(file) };
}

function manifest(packages: readonly Installed[]): string {
  const content = {
    name: 'practical',
    private: true,
    type: 'module',
    scripts: { test: 'node test/run.js' },
    dependencies: Object.fromEntries(packages.map(({ name, version }) => [name, `^${version}`])),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}
