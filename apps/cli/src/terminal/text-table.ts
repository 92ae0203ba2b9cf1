/**
 * Rows in columns for a terminal, two blanks apart.
 *
 * @param rows the first is the heading; all have as many cells.
 * @param numbers columns that are set flush right.
 */
export function textTable(rows: readonly (readonly string[])[], numbers: ReadonlySet<number>): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((width, row) => Math.max(width, row[column]!.length), 0),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => (numbers.has(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
}
