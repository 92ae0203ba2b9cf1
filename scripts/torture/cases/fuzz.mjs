import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { create } from 'tar';
import { checkOutcome } from '../check-outcome.mjs';
import { mutate } from '../mutate.mjs';

/** Seconds that anything damaged may take. */
const LIMIT = 60;

/** Damages a file of a run, and reads the run with each command that does. */
export async function fuzzRun(ground, random) {
  const run = join(await ground.place(), 'run');
  await cp(ground.finished, run, { recursive: true });
  const names = await readdir(run, { recursive: true });
  const files = names.filter((name) => /(json|jsonl|safetensors)$/.test(name) && !name.includes('confusion'));
  const name = random.pick(files.sort());
  await writeFile(join(run, name), mutate(await readFile(join(run, name)), random));
  const args = random.pick([
    ['eval', run, ...ground.dataFlags],
    ['plot', run],
    ['report', run, '--no-predictions', '--out', join(run, 'report.html')],
    ['train', 'mlp-ndarray', ...ground.dataFlags, '--resume', run],
    ['predict', run, join(ground.finished, 'curves.png')],
  ]);
  return read(ground, args, `${args[0]} with a damaged ${name}`);
}

/** Damages a file of the dataset. */
export async function fuzzDataset(ground, random) {
  const data = join(await ground.place(), 'data');
  await cp(join(ground.folder, 'data'), data, { recursive: true });
  const names = (await readdir(data, { recursive: true })).filter((name) =>
    /batch|meta/.test(name.split(/[\\/]/).at(-1)),
  );
  const files = names.filter((name) => !name.endsWith('batches-py')).sort();
  const name = random.pick(files);
  await writeFile(join(data, name), mutate(await readFile(join(data, name)), random));
  return read(ground, useData(data, await ground.place()), `a dataset with a damaged ${name}`);
}

/** Damages an archive of the dataset. */
export async function fuzzArchive(ground, random) {
  const place = await ground.place();
  const archive = join(place, 'cifar-10-python.tar.gz');
  await create({ gzip: true, portable: true, cwd: join(ground.folder, 'data'), file: archive }, [
    'cifar-10-batches-py',
  ]);
  await writeFile(archive, mutate(await readFile(archive), random));
  return read(ground, useData(archive, place), 'a damaged archive');
}

/** Damages what lies in the cache, which is looked at without `--data-dir`. */
export async function fuzzCache(ground, random) {
  const cache = join(await ground.place(), 'cache');
  await mkdir(cache);
  const name = random.pick(['train.bin', 'test.bin', 'meta.json', 'cifar-10.bin', 'cifar-10-python.tar.gz']);
  await writeFile(join(cache, name), mutate(Buffer.from('{"format":"cifarlab"}'.repeat(random.integer(2000))), random));
  const args = ['train', 'mlp-ndarray', '--offline', '--max-steps', '1', '--out', join(cache, '..', 'run')];
  return read(ground, args, `a cache with a damaged ${name}`, { env: { CIFARLAB_CACHE_DIR: cache } });
}

/** Damages a picture. */
export async function fuzzPicture(ground, random) {
  const picture = join(await ground.place(), `picture.${random.pick(['png', 'jpg'])}`);
  await writeFile(picture, mutate(await readFile(join(ground.finished, 'curves.png')), random));
  return read(ground, ['predict', ground.finished, picture], 'a damaged picture');
}

/** Damages a sweep's file. */
export async function fuzzSweep(ground, random) {
  const place = await ground.place();
  const file = join(place, 'sweep.json');
  const sweep = {
    model: 'mlp-ndarray',
    settings: { 'validation-size': 40, 'max-steps': 3, 'batch-size': 20 },
    grid: { 'learning-rate': [0.1, 0.01], momentum: [0, 0.9] },
    seeds: [1, 2],
  };
  await writeFile(file, mutate(Buffer.from(JSON.stringify(sweep)), random));
  return read(
    ground,
    ['sweep', file, ...ground.dataFlags, '--dry-run', '--out', join(place, 'out')],
    "a damaged sweep's file",
  );
}

function useData(data, place) {
  return [
    'train',
    'mlp-ndarray',
    '--data-dir',
    data,
    '--allow-unverified',
    '--max-steps',
    '1',
    '--batch-size',
    '4',
    '--out',
    join(place, 'run'),
  ];
}

async function read(ground, args, what, options) {
  const outcome = await ground.run(args, { seconds: LIMIT, ...options });
  return checkOutcome(outcome, { codes: [0, 1, 2] }).map((line) => `${what}: ${line}`);
}
