import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { markdownPages, root } from './pages/markdown-pages.js';
import { differences, quotedTables } from './quoted-tables.js';

const quoted = markdownPages().flatMap(({ path, text }) =>
  quotedTables(text).map((table) => ({ page: path, ...table })),
);

test('the page of the experiments quotes tables', () => {
  expect(quoted.filter(({ page }) => page === 'docs/practical/2.1-experiments.md').length).toBeGreaterThan(0);
});

test.each(quoted)('$page: the table of $file', (table) => {
  expect(differences(table, readFileSync(`${root}/docs/results/${table.file}`, 'utf8'))).toEqual([]);
});

describe('the check itself', () => {
  const page = (rows: string) =>
    `<!-- table a/b.csv: init, accuracy -->\n| x | y |\n|---|---|\n${rows}\n<!-- /table -->\n`;
  const csv = 'seeds,init,accuracy\n2,he,0.47123\n2,"course, small",0.1\n1,glorot,\n';
  const right = '| `he` | **0.471** |\n| course, small | 10.0 % |\n| glorot | – |';

  test('finds file, columns and rows', () => {
    expect(quotedTables(`${page(right)}\n${page('')}`)).toEqual([
      {
        file: 'a/b.csv',
        columns: ['init', 'accuracy'],
        rows: [
          ['he', '0.471'],
          ['course, small', '10.0 %'],
          ['glorot', '–'],
        ],
      },
      { file: 'a/b.csv', columns: ['init', 'accuracy'], rows: [] },
    ]);
  });

  test('lets a true table through', () => {
    expect(differences(quotedTables(page(right))[0]!, csv)).toEqual([]);
  });

  test.each([
    ['| he | 0.472 |\n| course, small | 0.1 |', 'row 1, accuracy: 0.472 for 0.47123'],
    ['| he | 0.471 |', '1 rows for 3'],
    ['| he | 0.471 |\n| course, small | 0.1 |\n| glorot | 0 |', 'row 3, accuracy: 0 for –'],
    ['| he | 0.471 |\n| course | 0.1 |', 'row 2, init: course for course, small'],
    ['| he | 0.471 |\n| course, small |  |', 'row 2, accuracy:  for 0.1'],
    ['| he | 0.471 | 1 |\n| course, small | 0.1 |', 'row 1: 3 cells for 2 columns'],
  ])('finds what is wrong with %j', (rows, difference) => {
    expect(differences(quotedTables(page(rows))[0]!, csv)).toContain(difference);
  });

  test('names a column that the file lacks', () => {
    expect(differences(quotedTables(page(right))[0]!, 'init\nhe\n')).toEqual(['no column accuracy']);
  });
});
