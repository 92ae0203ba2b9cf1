import type { CheckResult, InputResult } from './result.js';

type Alignment = 'left' | 'right';

const columns: readonly (readonly [title: string, alignment: Alignment])[] = [
  ['layer', 'left'],
  ['code', 'left'],
  ['gradient of', 'left'],
  ['derivatives', 'right'],
  ['worst error', 'right'],
  ['at', 'left'],
  ['tolerance', 'right'],
  ['', 'left'],
];

/** Lines of a table with a row for each input of each layer, which is named in the first one. */
export function table(results: readonly CheckResult[]): string[] {
  const rows = results.flatMap(({ layer, code, inputs }) =>
    inputs.map((input, i) => [...(i === 0 ? [layer, code] : ['', '']), ...cells(input)]),
  );
  const lines = [columns.map(([title]) => title), ...rows];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines.map((line) =>
    line
      .map((cell, column) => {
        const width = widths[column]!;
        return columns[column]![1] === 'left' ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

function cells({ name, compared, passed, worst }: InputResult): string[] {
  const place = `${worst.input}[${worst.position.join(',')}]`;
  const error = worst.error.toExponential(1);
  return [name, String(compared), error, place, worst.tolerance.toExponential(1), passed ? 'ok' : 'FAILED'];
}
