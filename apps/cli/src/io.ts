/** A stream that text goes to; a terminal says so, and how large it is. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** Where a command's words go: results to stdout, everything else to stderr. */
export interface Io {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
}

/** The same streams for a command; one that was told to be quiet has nothing but its result to say. */
export function ioOf(io: Io, { quiet }: { quiet: boolean }): Io {
  return quiet ? { stdout: io.stdout, stderr: { write() {} } } : io;
}

/** Prints one line of a command's result. */
export function printResult(io: Io, line: string): void {
  io.stdout.write(`${line}\n`);
}

/** Prints one line about the work in progress. */
export function printNote(io: Io, line: string): void {
  io.stderr.write(`${line}\n`);
}
