/** Layout of a column. */
export interface TextColumn {
  /** Flush right, for numbers. Default: flush left. */
  isNumber?: boolean | undefined;
  /** Characters that it takes at least. Default: what its cells need. */
  atLeast?: number | undefined;
}

/**
 * Sets rows in columns for a terminal, two blanks apart.
 *
 * @param rows a heading is one of them. The last cell of a row that is shorter than others takes the room of the missing
 *   ones.
 */
export function textTable(rows: readonly (readonly string[])[], columns: readonly TextColumn[] = []): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const isSet = (row: readonly string[], column: number) => column < row.length - 1 || row.length === count;
  const widths = Array.from({ length: count }, (_, column) => {
    const cells = rows.filter((row) => isSet(row, column)).map((row) => row[column]!.length);
    return Math.max(columns[column]?.atLeast ?? 0, ...cells);
  });
  const set = (cell: string, column: number) =>
    columns[column]?.isNumber ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!);
  return rows.map((row) =>
    row
      .map((cell, column) => (isSet(row, column) ? set(cell, column) : cell))
      .join('  ')
      .trimEnd(),
  );
}
