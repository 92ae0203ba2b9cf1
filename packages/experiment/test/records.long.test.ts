import { execFileSync } from 'node:child_process';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { recordedSteps } from '../../../scripts/figures/recorded-steps.mjs';
import { openRun, resumeRun, trainRun } from '../src/index.js';
import { readRuns, writeCurves, writeReport } from '../src/report.js';
import { mini, useWorkspace } from './support/workspace.js';

const workspace = useWorkspace();
const picture = join(import.meta.dirname, '..', '..', '..', 'docs', 'results', 'mlp', 'curves.png');
const original = () => workspace('original');
const files = { config: 'config.json', result: 'result.json', state: join('checkpoints', 'last', 'state.json') };

beforeAll(async () => {
  const settings = { batchSize: 60, maxSteps: 4, evalFreq: 2, dnnHiddenUnits: [3] };
  await trainRun({ network: 'mlp-ndarray', settings, data: mini, out: original() }).result;
});

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Path = (string | number)[];

/** Makes a copy of the run with one of its files changed. */
async function changed(name: keyof typeof files, text: string | Uint8Array, folder = 'changed'): Promise<string> {
  const run = workspace(folder);
  await cp(original(), run, { recursive: true, force: true });
  await writeFile(join(run, files[name]), text);
  return run;
}

/** Uses of a run. */
const uses: Record<string, (run: string) => Promise<unknown>> = {
  evaluate: async (run) => (await openRun(run, { data: mini })).evaluate(),
  predict: async (run) => (await openRun(run)).predict(picture),
  curves: async (run) => writeCurves(await readRuns([run]), { svg: join(run, 'a.svg'), png: join(run, 'a.png') }),
  report: (run) => writeReport([run], { predictions: false }),
  resume: (run) => resumeRun(run, { changes: { maxSteps: 5 }, data: mini }).result,
};

/** Returns the error with which a use of a run fails; undefined where it does not fail. */
async function faultOf(use: string, run: string): Promise<Error | undefined> {
  return uses[use]!(run).then(
    () => undefined,
    (error: Error) => error,
  );
}

const readers = {
  config: Object.keys(uses),
  result: ['curves', 'report', 'resume'],
  state: ['evaluate', 'predict', 'resume'],
};

/** Returns every place in a record, the deep ones too. */
function paths(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  // Of a long array, some are enough.
  const entries = Array.isArray(value) ? value.slice(0, 3).map((item, i) => [i, item] as const) : Object.entries(value);
  return [path, ...entries.flatMap(([key, item]) => paths(item, [...path, key]))];
}

function replace(record: Json, path: Path, value: Json | undefined): Json | undefined {
  if (path.length === 0) return value;
  const copy = structuredClone(record) as Record<string, Json>;
  const parent = path.slice(0, -1).reduce((inner, key) => inner[key] as Record<string, Json>, copy);
  const last = path.at(-1)!;
  if (value === undefined && !Array.isArray(parent)) delete parent[last];
  else parent[last] = value ?? null;
  return copy;
}

/** Values that a person may write by hand in place of others. */
const junk: fc.Arbitrary<Json | undefined> = fc.oneof(
  fc.constantFrom<Json | undefined>(
    undefined,
    null,
    true,
    false,
    '',
    'NaN',
    'Infinity',
    '-1',
    'undefined',
    '2026-13-45',
  ),
  fc.constantFrom<Json>(0, -1, 0.5, 1e300, 2 ** 53, -0.001, 1e9, 4294967296, 3, 1),
  fc.constantFrom<Json>(
    [],
    {},
    [null],
    [[]],
    { a: 1 },
    ['x'],
    [1e9],
    Array.from({ length: 300 }, () => 'cat'),
  ),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
);

/** Messages of a program that has taken a value for something that it is not. */
const STUMBLES =
  /\[object|Cannot (read|convert|destructure)|is not (iterable|a function|a constructor)|call stack|Invalid (array|typed)|heap/;

/** Errors of the packages, which name the remedy. */
const OURS = /^(RunError|RecordError|SettingError|CheckpointError|MetricsError|Cifar10Error)$/;

function expectClear(use: string, error: Error | undefined): void {
  if (error === undefined) return;
  expect(error.name, `${use}: ${error.stack}`).toMatch(OURS);
  expect(error.message, use).not.toContain('\n');
  expect(error.message.replace(/and is "(\\.|[^"\\])*"/g, ''), use).not.toMatch(STUMBLES);
}

describe.each(Object.keys(files) as (keyof typeof files)[])('a changed record (%s)', (name) => {
  it('is read, or is an error in one line', async () => {
    const record = JSON.parse(await readFile(join(original(), files[name]), 'utf8')) as Json;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths(record)),
        junk,
        fc.constantFrom(...readers[name]),
        async (path, value, use) => {
          const run = await changed(name, JSON.stringify(replace(record, path, value)) ?? '');
          expectClear(use, await faultOf(use, run));
          if (use === 'report') {
            const html = await readFile(join(run, 'report.html'), 'utf8').catch(() => '');
            expect(html.replace(/<svg[\s\S]*?<\/svg>/g, '').replaceAll(JSON.stringify(value) ?? '', '')).not.toMatch(
              />[^<]*\b(undefined|NaN)\b/,
            );
          }
        },
      ),
      { seed: 14, numRuns: 40 },
    );
  }, 600_000);
});

/** Makes a copy of the run whose record has another value at a place. */
async function altered(name: keyof typeof files, path: string, value: Json | undefined): Promise<string> {
  const record = JSON.parse(await readFile(join(original(), files[name]), 'utf8')) as Json;
  return changed(name, JSON.stringify(replace(record, path.split('.'), value)) ?? 'null');
}

describe('an error names the key, its value, the rule and a remedy', () => {
  it.each<[string, Json | undefined, string]>([
    ['settings', null, '"settings" must be an object, and is null'],
    ['settings', [], '"settings" must be an object, and is an array of 0'],
    ['settings.batchSize', undefined, '"settings.batchSize" is missing'],
    ['settings.learningRate', 'NaN', '"settings.learningRate" must be a number above 0, and is "NaN"'],
    ['settings.evalFreq', -1, '"settings.evalFreq" must be a whole number of 1 or more, and is -1'],
    ['settings.seed', 2 ** 32, '"settings.seed" must be a whole number from 0 to 4294967295, and is 4294967296'],
    [
      'settings.activation',
      'step',
      '"settings.activation" must be one of "elu", "relu", "leaky-relu", "tanh", and is "step"',
    ],
    [
      'settings.dnnHiddenUnits',
      [3, 'x'],
      '"settings.dnnHiddenUnits.1" must be a whole number of 1 or more, and is "x"',
    ],
    [
      'model',
      'transformer',
      '"model" must be one of mlp-ndarray, mlp, convnet, fastnet, finetune, and is "transformer"',
    ],
    ['version', 2, '"version" must be 1, which this program reads, and is 2'],
    ['engine.name', 'abacus', '"engine.name" must be the name of an engine, such as "tfjs ort"'],
    ['engine.threads', 0, '"engine.threads" must be a whole number of 1 or more, and is 0'],
    ['machine', 'a big one', '"machine" must be an object, and is "a big one"'],
    ['versions', ['1.0'], '"versions" must be an object of versions, and is an array of 1'],
    [
      'versions.node',
      null,
      '"versions.node" must be a text that says something, of at most 500 characters, and is null',
    ],
    ['data.classNames', Array.from({ length: 257 }, () => 'a'), '"data.classNames" must be an array of 2 to 256 names'],
    ['data.classNames', ['cat', 7], '"data.classNames.1" must be a text of 1 to 100 characters, and is 7'],
    ['started', 'yesterday', '"started" must be a time such as "2026-01-31T12:34:56.789Z", and is "yesterday"'],
    ['started', '2026-13-01T00:00:00Z', '"started" must be a time such as'],
  ])('config.json: %s is %j', async (path, value, message) => {
    const run = await altered('config', path, value);
    for (const use of Object.keys(uses)) {
      const error = await faultOf(use, run);
      expect(error).toMatchObject({ name: 'RecordError', place: join(run, 'config.json') });
      expect(error!.message).toContain(`${join(run, 'config.json')}: ${message}`);
      expect(error!.message).toMatch(/; (correct it there|use a matching cifarlab)/);
    }
  });

  it.each<[string, Json, string]>([
    ['step', 'four', '"step" must be a whole number of 0 or more, and is "four"'],
    ['seconds', -1, '"seconds" must be a number of 0 or more, and is -1'],
    ['stop', null, '"stop" must be a text that says something'],
  ])('result.json: %s is %j', async (path, value, message) => {
    const run = await altered('result', path, value);
    for (const use of readers.result) {
      const { message: said } = (await faultOf(use, run))!;
      expect(said).toContain(`${join(run, 'result.json')}: ${message}`);
      expect(said).toContain('; correct it there, or remove the file');
    }
  });

  it.each<[string, Json, string]>([
    ['values.config.nHidden', [10 ** 9], '1000000000'],
    ['values.config.nInputs', 3, '"values.config.nInputs" must be 3072, the values of an image, and is 3'],
    ['values.classNames', ['a', 'b'], 'has a network of 10 classes and 2 names of classes'],
    ['values.preprocessing', null, '"values.preprocessing" must be an object, and is null'],
    [
      'values.preprocessing.kind',
      'whiten',
      '"values.preprocessing.kind" must be "mean-image" or "standardize", and is "whiten"',
    ],
    [
      'values.kind',
      'transformer',
      '"values.kind" must be one of mlp-ndarray, mlp, convnet, fastnet, finetune, and is "transformer"',
    ],
  ])('state.json: %s is %j', async (path, value, message) => {
    const run = await altered('state', path, value);
    for (const use of ['evaluate', 'predict']) {
      const { message: said } = (await faultOf(use, run))!;
      expect(said).toContain(message);
      expect(said).toMatch(/; use another checkpoint, or/);
    }
  });
});

describe.skipIf(process.platform === 'win32').each([...Object.values(files), 'metrics.jsonl'])(
  'a pipe in place of %s',
  (file) => {
    it('is refused at once', async () => {
      const run = workspace(`pipe-${file.replaceAll('/', '-')}`);
      await cp(original(), run, { recursive: true });
      await rm(join(run, file));
      execFileSync('mkfifo', [join(run, file)]);
      const { message } = (await faultOf('resume', run))!;
      expect(message).toMatch(/ (cannot|could not) be read: it is a pipe or a device, not a file[;.] .+$/);
      expect(message).toContain(join(run, file));
    });
  },
);

describe('a training state that does not fit is an error that names its file and a remedy', () => {
  it.each<[string, Json | undefined, string]>([
    ['learner.arrays', {}, "'layers.0.weight'"],
    ['learner.values', {}, 'activation'],
    ['learner.values.model.norm', 'layer', 'norm'],
    ['data.values', {}, 'another data set'],
    ['data.values.position', 1e6, 'position 1000000'],
    ['data.values.rng', null, 'generator'],
    ['data.arrays', {}, 'indices'],
    ['callbacks.history.arrays', {}, '"train.step"'],
    ['callbacks.history.values.best', 'x'.repeat(10_000), '"best"'],
    ['loop.best', { metric: 'loss', value: 1, step: 1 }, 'loss'],
  ])('%s', async (path, value, reason) => {
    const run = await altered('state', `training.${path}`, value);
    const { message } = (await faultOf('resume', run))!;
    expect(message).toContain(`the training state in ${join(run, files.state)} is damaged, or of another run`);
    expect(message).toContain(reason);
    expect(message).toMatch(/\); restore the checkpoint from a copy, or start a new run in another folder$/);
    expect(message.length).toBeLessThan(1000);
  });
});

describe('a record is read', () => {
  it.each(['utf8', 'utf16le'] as const)('that an editor saved with a byte order mark (%s)', async (encoding) => {
    const run = workspace(`marked-${encoding}`);
    await cp(original(), run, { recursive: true });
    for (const file of [...Object.values(files), 'metrics.jsonl']) {
      await writeFile(join(run, file), `\uFEFF${await readFile(join(run, file), 'utf8')}`, encoding);
    }
    for (const use of Object.keys(uses)) expect(await faultOf(use, run), use).toBeUndefined();
  });

  it('with keys of another version, one called __proto__ among them', async () => {
    const text = await readFile(join(original(), 'config.json'), 'utf8');
    const run = await changed('config', text.replace('{', '{ "__proto__": { "model": "x" }, "later": [1], '), 'later');
    for (const use of Object.keys(uses)) expect(await faultOf(use, run), use).toBeUndefined();
  });

  it.each(['mlp-ndarray', 'mlp', 'mlp-strong', 'convnet', 'convnet-strong', 'convnet-sgd', 'mlp-tanh-seed-42'])(
    'of the recorded run %s',
    async (name) => {
      const recorded = join(import.meta.dirname, '..', '..', '..', 'docs', 'results', name);
      const run = workspace(name);
      await cp(recorded, run, { recursive: true });
      await writeFile(join(run, 'metrics.jsonl'), recordedSteps(recorded));
      const file = await writeReport([run], { predictions: false, out: workspace(`${name}.html`) });
      expect(await readFile(file, 'utf8')).not.toMatch(/>[^<]*\b(undefined|NaN)\b/);
    },
  );
});
