import type { FileHandle } from 'node:fs/promises';
import { encodingOf } from './decode-json-text.js';
import { errorCode, explainFsError, type FileSystem, nodeFileSystem } from './file-system.js';
import { MetricsError } from './metrics-error.js';
import { type MetricsLine, parseMetricsLine } from './metrics-line.js';
import { requireFile } from './require-file.js';

/** Bytes that are read at a time. */
export const CHUNK = 1 << 18;

/** Characters in a line that no number needs: such a file is something else. */
const LONGEST_LINE = 10_000;

/**
 * Reads a metrics file, of a finished run or of one that is being written: a last line without a line break that is
 * not complete yet is left out. The text itself is never in memory as a whole.
 *
 * @throws MetricsError `missing`, `unreadable` or `corrupt`; the last names the line.
 */
export async function readMetrics(file: string): Promise<MetricsLine[]> {
  const lines: MetricsLine[] = [];
  await visitMetrics(file, (line) => lines.push(line));
  return lines;
}

/**
 * Reads a metrics file as {@link readMetrics} does, and gives each line to `visit` as it comes: neither the text nor
 * the lines are ever in memory as a whole. An error of `visit` ends the reading and is thrown unchanged.
 *
 * @throws MetricsError as {@link readMetrics}; lines before one that is corrupt have been visited by then.
 */
export async function visitMetrics(file: string, visit: (line: MetricsLine) => void): Promise<void> {
  const parser = new MetricsParser(file, visit);
  for await (const text of readText(file)) parser.push(text);
  parser.end();
}

/**
 * Reads a metrics file as {@link readMetrics} does, one line after the other, each on demand.
 *
 * @throws MetricsError as {@link readMetrics}; most of the lines before one that is corrupt have come by then.
 */
export async function* iterateMetrics(file: string): AsyncGenerator<MetricsLine, void, undefined> {
  const lines: MetricsLine[] = [];
  const parser = new MetricsParser(file, (line) => lines.push(line));
  for await (const text of readText(file)) {
    parser.push(text);
    yield* lines.splice(0);
  }
  parser.end();
  yield* lines;
}

/**
 * Reads a metrics file in one piece.
 *
 * @returns its lines, each with the text it was read from.
 * @throws MetricsError as {@link readMetrics}.
 */
export async function readMetricsWithText(
  file: string,
  fs: FileSystem = nodeFileSystem,
): Promise<{ line: MetricsLine; text: string }[]> {
  let bytes: Uint8Array;
  try {
    await requireFile(file, fs);
    bytes = await fs.readFile(file);
  } catch (error) {
    throw unreadable(file, error);
  }
  const lines: { line: MetricsLine; text: string }[] = [];
  const parser = new MetricsParser(file, (line, text) => lines.push({ line, text }));
  // In pieces, so that a file which is something else is refused at its first line, regardless of its size.
  const decoder = new TextDecoder(encodingOf(bytes));
  for (let start = 0; start < bytes.length; start += CHUNK) {
    parser.push(decoder.decode(bytes.subarray(start, start + CHUNK), { stream: true }));
  }
  parser.end();
  return lines;
}

/** A file's text, piece by piece. */
async function* readText(file: string): AsyncGenerator<string> {
  let handle: FileHandle | undefined;
  try {
    await requireFile(file);
    handle = await nodeFileSystem.open(file);
    const buffer = new Uint8Array(CHUNK);
    let decoder: InstanceType<typeof TextDecoder> | undefined;
    for (;;) {
      const { bytesRead } = await handle.read(buffer);
      if (bytesRead === 0) break;
      const bytes = buffer.subarray(0, bytesRead);
      decoder ??= new TextDecoder(encodingOf(bytes));
      yield decoder.decode(bytes, { stream: true });
    }
  } catch (error) {
    throw unreadable(file, error);
  } finally {
    await handle?.close();
  }
}

/** Takes text as it comes and gives its lines. */
export class MetricsParser {
  readonly #file: string;
  readonly #visit: (line: MetricsLine, text: string) => void;
  readonly #place: string;
  #rest = '';
  #lines = 0;

  /** @param place from which the lines are counted in messages, in words. Default: the start of the file. */
  constructor(file: string, visit: (line: MetricsLine, text: string) => void, place = '') {
    this.#file = file;
    this.#visit = visit;
    this.#place = place;
  }

  push(text: string): void {
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.#line(this.#rest + text.slice(start, end));
      this.#rest = '';
      start = end + 1;
    }
    this.#rest += text.slice(start);
    if (this.#rest.length > LONGEST_LINE) this.#line(this.#rest);
  }

  /** Ignores a last line that is not complete yet. */
  end(): void {
    if (this.#rest === '') return;
    let line: MetricsLine;
    try {
      line = parseMetricsLine(this.#rest);
    } catch {
      return;
    }
    this.#visit(line, this.#rest);
  }

  #line(text: string): void {
    this.#lines += 1;
    this.#visit(this.#parse(text), text);
  }

  #parse(text: string): MetricsLine {
    try {
      if (text.length > LONGEST_LINE) throw new SyntaxError(`a line has at most ${LONGEST_LINE} characters`);
      return parseMetricsLine(text);
    } catch (error) {
      throw new MetricsError(
        'corrupt',
        this.#file,
        `${this.#file}, ${this.#place}line ${this.#lines}: ${(error as Error).message}. Correct or remove the line.`,
        { cause: error },
      );
    }
  }
}

/** Says why a metrics file cannot be read. */
export function unreadable(file: string, error: unknown): MetricsError {
  if (errorCode(error) === 'ENOENT') {
    return new MetricsError('missing', file, `There is no metrics file ${file}: check the path, or train first.`, {
      cause: error,
    });
  }
  return new MetricsError(
    'unreadable',
    file,
    `${file} could not be read: ${explainFsError(error)}. Check the path and its permissions.`,
    { cause: error },
  );
}
