/** Width of a panel: the micro-kernel multiplies 4 rows of A by 4 columns of B. */
export const WIDTH = 4;

/**
 * Copies a block into panels of {@link WIDTH} lines each, as the micro-kernel reads them: for every k the 4 elements of
 * the panel's lines, side by side. A line is a row of A or a column of B; k runs along the inner dimension. The last
 * panel is filled up with zeros. Whatever the strides, the kernel then reads memory in order.
 *
 * @param offset index of the block's first element in `data`.
 * @param lines number of lines, with `across` between two of them.
 * @param depth number of elements of each line, with `along` between two of them.
 * @param panels receives `ceil(lines / 4) * 4 * depth` numbers.
 */
export function packPanels(
  data: Float32Array | Float64Array,
  offset: number,
  lines: number,
  across: number,
  depth: number,
  along: number,
  panels: Float64Array,
): void {
  let out = 0;
  let line = 0;
  for (; line + WIDTH <= lines; line += WIDTH) {
    let p0 = offset + line * across;
    let p1 = p0 + across;
    let p2 = p1 + across;
    let p3 = p2 + across;
    for (let k = 0; k < depth; k++) {
      panels[out] = data[p0];
      panels[out + 1] = data[p1];
      panels[out + 2] = data[p2];
      panels[out + 3] = data[p3];
      p0 += along;
      p1 += along;
      p2 += along;
      p3 += along;
      out += WIDTH;
    }
  }
  const rest = lines - line;
  if (rest === 0) return;
  for (let k = 0; k < depth; k++) {
    for (let i = 0; i < WIDTH; i++) {
      panels[out++] = i < rest ? data[offset + (line + i) * across + k * along] : 0;
    }
  }
}
