import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { markdownPages, root } from '../pages/markdown-pages.js';
import { figuresOf, withFigures, withTables } from './pages.mjs';
import { evaluationsCsv, packRuns, recordedSteps } from './recorded-steps.mjs';
import { resultAt } from './results.mjs';
import { tables } from './tables.mjs';

const pages = markdownPages().filter(({ text }) => /^<!-- (table|figures\n)/m.test(text));

test('the first page, the practical and the results have figures', () => {
  const paths = pages.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining(['README.md', 'docs/practical/4a-convnet.md', 'docs/results/README.md']),
  );
});

test.each(pages)('the figures of $path are current: `npm run figures` writes them', ({ text }) => {
  expect(withFigures(withTables(text, tables), resultAt)).toBe(text);
});

test('every table is on a page', () => {
  const shown = pages.flatMap(({ text }) => [...text.matchAll(/^<!-- table (\S+) -->$/gm)].map(([, name]) => name));
  expect([...new Set(shown)].sort()).toEqual(Object.keys(tables).sort());
});

test('no figure is marked within a line', () => {
  const marked = markdownPages().filter(({ text }) => text.includes('<!-- result '));
  expect(
    marked.map(({ path }) => path),
    'list the figure in <!-- figures at the end of the page',
  ).toEqual([]);
});

describe('a table', () => {
  const page = 'Text\n<!-- table t -->\n| old |\n<!-- /table -->\nText\n';

  test('is replaced, and nothing else', () => {
    expect(withTables(page, { t: () => '| new |' })).toBe(page.replace('old', 'new'));
  });

  test('that nobody makes is an error', () => {
    expect(() => withTables(page, { other: () => '' })).toThrow('<!-- table t -->: there are other in');
  });

  test('is a row for each evaluation', () => {
    const [head, line, first] = tables['convnet-sgd-epochs']!().split('\n');
    expect([head, line]).toEqual(['| step | epoch | test accuracy | test loss |', '|---|---|---|---|']);
    const run = recordedSteps(`${root}/docs/results/convnet-sgd`);
    const { accuracy, loss } = JSON.parse(run.split('\n').find((text) => /"eval".*"step":391,/.test(text))!);
    expect(first).toBe(`| 391 | 1 | ${accuracy.toFixed(4)} | ${loss.toFixed(4)} |`);
  });
});

describe('a figure in the text', () => {
  const page = (text: string, ...lines: string[]) => `${text}\n\n<!-- figures\n${lines.join('\n')}\n-->\n`;
  const values: Record<string, unknown> = { a: 0.48382, b: 1400, c: 'float64' };
  const current = (text: string, ...lines: string[]) => withFigures(page(text, ...lines), (source) => values[source]);

  test('is listed at the end of its page', () => {
    expect(figuresOf(page('', '48.38 % = x.json a', '1,400 = x.json b'))).toEqual([
      { text: '48.38 %', source: 'x.json a' },
      { text: '1,400', source: 'x.json b' },
    ]);
    expect(() => figuresOf(page('', '0.48 x.json a'))).toThrow('write "FIGURE = FILE CONDITIONS FIELD"');
  });

  test.each([
    ['0.4838', 'a', '0.4838'],
    ['0.4839', 'a', '0.4838'],
    ['49.00 %', 'a', '48.38 %'],
    ['1,300', 'b', '1,400'],
    ['1300', 'b', '1400'],
    ['float32', 'c', 'float64'],
  ])('"%s" of %s becomes "%s", in the text and in the list', (text, source, now) => {
    expect(current(`It is **${text}**, not 1${text}.`, `${text} = ${source}`)).toBe(
      page(`It is **${now}**, not 1${text}.`, `${now} = ${source}`),
    );
  });

  test('that the page does not have is an error', () => {
    expect(() => current('It is 0.48381.', '0.4838 = a')).toThrow('0.4838, listed as a, is not on the page');
  });

  test('that stood for two values which now differ is an error', () => {
    expect(() => current('0.5', '0.5 = a', '0.5 = b')).toThrow('0.5 has become 0.5 and 1400.0');
  });
});

describe('a source', () => {
  const read = () => '{"event":"eval","step":1,"accuracy":0.1}\n{"event":"eval","step":2,"accuracy":0.2}\n';

  test('names the one line that has the fields', () => {
    expect(resultAt('a.jsonl event=eval step=2 accuracy', read)).toBe(0.2);
    expect(resultAt('a.csv split=test step=2 accuracy', () => 'step,split,accuracy\n1,test,0.1\n2,test,0.2\n')).toBe(
      0.2,
    );
    expect(resultAt('a.json rows.conv.median', () => '{"rows":{"conv":{"median":3}}}')).toBe(3);
  });

  test.each([
    ['a.jsonl event=eval accuracy', '2 lines of a.jsonl fit'],
    ['a.jsonl step=3 accuracy', '0 lines of a.jsonl fit'],
    ['a.jsonl step=2 loss', 'a.jsonl has no loss'],
  ])('%s is an error', (source, message) => {
    expect(() => resultAt(source, read)).toThrow(message);
  });
});

describe('the steps of recorded runs', () => {
  const results = join(root, 'docs/results');
  const files = readdirSync(results, { recursive: true, encoding: 'utf8' });
  const runs = files.filter((file) => file.endsWith('metrics.jsonl.gz')).map((file) => dirname(file));

  test.each(runs)('of %s have the evaluations that stand beside them', (run) => {
    const evaluations = evaluationsCsv(recordedSteps(join(results, run)));
    expect(readFileSync(join(results, run, 'evaluations.csv'), 'utf8')).toBe(evaluations);
    expect(evaluations.split('\n').length).toBeGreaterThan(2);
  });

  test('are compressed: `npm run figures` does it', () => {
    expect(files.filter((file) => file.endsWith('metrics.jsonl'))).toEqual([]);
    expect(runs.length).toBeGreaterThan(20);
  });

  test('come out as they went in', () => {
    const folder = mkdtempSync(join(tmpdir(), 'cifarlab-results-'));
    try {
      const metrics =
        '{"event":"train","step":1,"loss":2.5,"accuracy":0.1}\n{"event":"eval","split":"test","step":1,"loss":2.25,"accuracy":0.125}\n';
      const run = join(folder, 'tried', 'a');
      mkdirSync(run, { recursive: true });
      writeFileSync(join(run, 'metrics.jsonl'), metrics);
      expect(packRuns(folder)).toEqual([run]);
      expect(readdirSync(run).sort()).toEqual(['evaluations.csv', 'metrics.jsonl.gz']);
      expect(recordedSteps(run)).toBe(metrics);
      expect(readFileSync(join(run, 'evaluations.csv'), 'utf8')).toBe('step,split,loss,accuracy\n1,test,2.25,0.125\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
