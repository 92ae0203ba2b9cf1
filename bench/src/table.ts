import type { RowResult, SideResult } from './measure-row.js';

const HEAD = ['row', 'ours', 'peer', 'ratio', 'rounds', 'rate', 'peak memory', 'error'];

/** Returns the results as an aligned table: a line for each row and peer. */
export function formatTable(results: readonly RowResult[]): string {
  const lines = results.flatMap((result) => {
    const [first, ...peers] = result.sides;
    if (first === undefined) return [[result.name, 'skipped']];
    return (peers.length > 0 ? peers : [undefined]).map((peer) => line(result, first, peer));
  });
  return align([HEAD, ...lines]);
}

function line(result: RowResult, ours: SideResult, peer: SideResult | undefined): string[] {
  const sides = peer ? [ours, peer] : [ours];
  const both = (format: (side: SideResult) => string | undefined) => {
    const texts = sides.map(format);
    return texts.every((text) => text === undefined) ? '' : texts.map((text) => text ?? '-').join(' / ');
  };
  const ratio = peer?.ratio;
  const rates = both(({ rate }) => (rate === undefined ? undefined : significant(rate)));
  return [
    result.name,
    `${ours.engine} ${formatTime(ours.milliseconds)}`,
    peer ? `${peer.engine} ${formatTime(peer.milliseconds)}${peer.mode ? ` (${peer.mode})` : ''}` : '-',
    ratio ? `${ratio.median.toFixed(2)}x` : '-',
    ratio ? `${ratio.min.toFixed(2)}..${ratio.max.toFixed(2)}` : '-',
    rates && `${rates} ${result.unit}`,
    `${both(({ peakMemory }) => (peakMemory / 1e6).toFixed(0))} MB`,
    both(({ error }) => error?.toExponential(1)),
  ];
}

/** Returns three significant digits, in the unit that keeps them short. */
export function formatTime(milliseconds: number): string {
  if (milliseconds >= 999.5) return `${significant(milliseconds / 1000)} s`;
  if (milliseconds >= 0.9995) return `${significant(milliseconds)} ms`;
  return `${significant(milliseconds * 1000)} us`;
}

function significant(value: number): string {
  const rounded = Number(value.toPrecision(3));
  if (rounded === 0) return '0';
  return rounded.toFixed(Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded)))));
}

/** Columns of equal width, two spaces apart. */
export function align(lines: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const cells of lines) {
    cells.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  }
  return lines
    .map((cells) =>
      cells
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
