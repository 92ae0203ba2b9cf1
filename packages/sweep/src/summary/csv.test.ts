import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toCsv } from './csv.js';

it('is read back as it was written, by the rules of RFC 4180', () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[",\r\n a]*$/));
  const table = fc
    .integer({ min: 1, max: 4 })
    .chain((columns) =>
      fc.array(fc.array(fc.oneof(text, fc.integer(), fc.constant(null)), { minLength: columns, maxLength: columns })),
    );
  fc.assert(
    fc.property(table, (rows) => {
      expect(parseCsv(toCsv(rows))).toEqual(rows.map((row) => row.map((field) => String(field ?? ''))));
    }),
  );
});

it('quotes what needs it, and ends rows with CR LF', () => {
  expect(
    toCsv([
      ['a', 'b, c', 'say "d"'],
      ['x\ny', 1.5, null],
    ]),
  ).toBe('a,"b, c","say ""d"""\r\n"x\ny",1.5,\r\n');
});

/** Reads CSV by the grammar of RFC 4180, where every record ends with a line break. */
function parseCsv(csv: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let rest = csv;
  while (rest !== '') {
    const [whole, quoted, plain, end] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest)!;
    row.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
    rest = rest.slice(whole.length);
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
