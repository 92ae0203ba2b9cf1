import type { TextStream } from './io.js';

/** Returns the size of a terminal; one that does not know it says 0. */
export function terminalSize({ columns, rows }: TextStream): { columns: number; rows: number } {
  return { columns: columns || 80, rows: rows || 24 };
}

/** Returns whether a stream can erase its output: a terminal that is more than a typewriter. */
export function canRedraw({ isTTY }: TextStream): boolean {
  return isTTY === true && process.env.TERM !== 'dumb';
}
