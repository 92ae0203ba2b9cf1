import type { GradientResult, InputResult } from '@cifarlab/gradient-suite';

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
export function table(results: readonly GradientResult[]): string[] {
  const compared = results.flatMap(({ layer, code, inputs }) =>
    inputs.map((input, i) => [...(i === 0 ? [layer, code] : ['', '']), ...cells(input)]),
  );
  const others = results.filter(({ reason }) => reason !== undefined).map(({ layer, code }) => [layer, code]);
  const titles = columns.map(([title]) => title);
  const widths = columns.map((_, column) =>
    Math.max(...[titles, ...compared, ...others].map((line) => line[column]?.length ?? 0)),
  );
  const row = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        columns[column]![1] === 'left' ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
      )
      .join('  ')
      .trimEnd();
  return [
    row(titles),
    ...results.flatMap(({ layer, code, passed, reason, inputs }) =>
      reason === undefined
        ? inputs.map((input, i) => row([...(i === 0 ? [layer, code] : ['', '']), ...cells(input)]))
        : `${row([layer, code, ''])}  ${passed === null ? 'not checked' : 'FAILED'}: ${reason}`,
    ),
  ];
}

function cells({ name, compared, passed, worst }: InputResult): string[] {
  const place = `${worst.input}[${worst.position.join(',')}]`;
  const error = worst.error.toExponential(1);
  return [name, String(compared), error, place, worst.tolerance.toExponential(1), passed ? 'ok' : 'FAILED'];
}
