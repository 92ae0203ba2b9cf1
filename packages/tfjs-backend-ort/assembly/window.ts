/** Tables of the addresses of the pixels under a window: borders cost nothing where they are used. */

/**
 * Writes the addresses of the size x size pixels from (row, column) on into a table, row by row: of those inside the
 * image at `image`, and `outside` for all the others.
 */
export function locate(
  table: usize,
  size: i32,
  image: usize,
  height: i32,
  width: i32,
  pixelBytes: usize,
  row: i32,
  column: i32,
  outside: usize,
): void {
  let entry = table;
  for (let i = row; i < row + size; i++) {
    // As an unsigned number, a negative index is a large one.
    const inside = <u32>i < <u32>height;
    const line = image + <usize>i * <usize>width * pixelBytes;
    for (let j = column; j < column + size; j++) {
      store<usize>(entry, inside && <u32>j < <u32>width ? line + <usize>j * pixelBytes : outside);
      entry += sizeof<usize>();
    }
  }
}

/** Reverses the order of a table's first `entries` addresses. */
export function reverse(table: usize, entries: usize): void {
  for (let low = table, high = table + (entries - 1) * sizeof<usize>(); low < high; ) {
    const address = load<usize>(low);
    store<usize>(low, load<usize>(high));
    store<usize>(high, address);
    low += sizeof<usize>();
    high -= sizeof<usize>();
  }
}

/** The address of the table's pixel `index`, `offset` bytes into its channels. */
// @ts-ignore: decorator
@inline
export function pixel(table: usize, index: usize, offset: usize): usize {
  return load<usize>(table + index * sizeof<usize>()) + offset;
}

/** The same, or 0 where there is no table. */
// @ts-ignore: decorator
@inline
export function pixelOrNone(table: usize, index: usize, offset: usize): usize {
  return table ? pixel(table, index, offset) : 0;
}
