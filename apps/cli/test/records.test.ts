import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { callCli, miniFlags, type Outcome } from './support/cli.js';
import { useWorkspace } from './support/workspace.js';

const workspace = useWorkspace();
const dataFlags = miniFlags.slice(0, 3);
const picture = join(import.meta.dirname, '..', '..', '..', 'docs', 'results', 'mlp', 'curves.png');
const original = () => workspace('original');
const files = { config: 'config.json', result: 'result.json', state: join('checkpoints', 'last', 'state.json') };

beforeAll(async () => {
  const flags = ['--max-steps', '4', '--eval-freq', '2', '--dnn-hidden-units', '3'];
  const { code } = await callCli('train', 'mlp-ndarray', ...flags, ...miniFlags, '--out', original());
  expect(code).toBe(0);
});

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Path = (string | number)[];

/** A copy of the run with one of its files changed. */
async function changed(name: keyof typeof files, text: string | Uint8Array, folder = 'changed'): Promise<string> {
  const run = workspace(folder);
  await cp(original(), run, { recursive: true, force: true });
  await writeFile(join(run, files[name]), text);
  return run;
}

const commands: Record<string, (run: string) => Promise<Outcome>> = {
  eval: (run) => callCli('eval', run, ...dataFlags, '--quiet'),
  predict: (run) => callCli('predict', run, picture),
  plot: (run) => callCli('plot', run, '--quiet'),
  report: (run) => callCli('report', run, '--no-predictions', '--quiet'),
  resume: (run) => callCli('train', 'mlp-ndarray', '--resume', run, '--max-steps', '5', ...dataFlags, '--quiet'),
};

const readers = {
  config: Object.keys(commands),
  result: ['plot', 'report', 'resume'],
  state: ['eval', 'predict', 'resume'],
};

/** Every place in a record, the deep ones too. */
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

/** What a hand may write in place of something else. */
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

const STUMBLES =
  /undefined|NaN|\[object|Cannot (read|convert|destructure)|is not (iterable|a function|a constructor)|call stack|Invalid (array|typed)|heap/;

function expectClear(name: string, { code, stdout, stderr }: Outcome): void {
  expect([0, 1, 2], `${name} ${stderr}`).toContain(code);
  expect(stdout, name).not.toMatch(STUMBLES);
  if (code === 0) return;
  expect(stderr, name).toMatch(/^(.*\n)*error: [^\n]+\n$/);
  expect(stderr.replace(/and is "(\\.|[^"\\])*"/g, ''), name).not.toMatch(STUMBLES);
}

describe.each(Object.keys(files) as (keyof typeof files)[])('a changed record (%s)', (name) => {
  it('is read, or is an error in one line', async () => {
    const record = JSON.parse(await readFile(join(original(), files[name]), 'utf8')) as Json;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths(record)),
        junk,
        fc.constantFrom(...readers[name]),
        async (path, value, command) => {
          const run = await changed(name, JSON.stringify(replace(record, path, value)) ?? '');
          expectClear(command, await commands[command]!(run));
          if (command === 'report') {
            const html = await readFile(join(run, 'report.html'), 'utf8').catch(() => '');
            expect(html.replace(/<svg[\s\S]*?<\/svg>/g, '').replaceAll(JSON.stringify(value) ?? '', '')).not.toMatch(
              />[^<]*\b(undefined|NaN)\b/,
            );
          }
        },
      ),
      { seed: 14, numRuns: Number(process.env.RUNS ?? 40) },
    );
  }, 600_000);
});
