import { printable } from '@cifarlab/internals/printable';
import type { TextStream } from './io.js';
import { terminalSize } from './size.js';

/** Milliseconds between two drawings of what changes all the time. */
const interval = 100;

/** Lines at the foot of a terminal that are redrawn in place; kept lines stay above them. */
export class LiveLines {
  readonly #stream: TextStream;
  readonly #now: () => number;
  #drawn = 0;
  #drawnAt = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds. */
  constructor(stream: TextStream, now: () => number) {
    this.#stream = stream;
    this.#now = now;
  }

  /** Whether the last drawing is long enough ago. */
  get isDue(): boolean {
    return this.#now() - this.#drawnAt >= interval;
  }

  /** Draws lines in place of those before. */
  draw(lines: readonly string[]): void {
    this.#drawnAt = this.#now();
    // Lines that wrap or leave the screen could not be redrawn in place.
    const { columns, rows } = terminalSize(this.#stream);
    const shown = lines
      .slice(0, Math.max(1, rows - 2))
      .map((line) => printable(line).slice(0, Math.max(1, columns - 1)));
    this.clear();
    this.#stream.write(shown.map((line) => `${line}\n`).join(''));
    this.#drawn = shown.length;
  }

  /** Prints a line that stays, in place of those that were drawn. */
  keep(line: string): void {
    this.clear();
    this.#stream.write(`${printable(line)}\n`);
  }

  /** Removes the lines that were drawn. */
  clear(): void {
    // To the beginning of the line too: a terminal shows Ctrl-C where its cursor is.
    if (this.#drawn > 0) this.#stream.write(`\u001b[${this.#drawn}F\u001b[0J`);
    this.#drawn = 0;
  }
}
