import type { FileHandle } from 'node:fs/promises';
import { encodingOf } from './decode-json-text.js';
import { nodeFileSystem } from './file-system.js';
import { MetricsError } from './metrics-error.js';
import { type MetricsLine, parseMetricsLine } from './metrics-line.js';
import { CHUNK, MetricsParser, unreadable } from './read-metrics.js';
import { requireFile } from './require-file.js';

/** Steps of a metrics file whose lines are wanted. */
export interface MetricsRange {
  /** The first of them. */
  from: number;
  /** The last of them. */
  to: number;
  /** Ends the reading early. */
  signal?: AbortSignal | undefined;
}

/** Bytes in which the next whole line is looked for. */
const PROBE = 1 << 13;

/**
 * Reads the lines of some consecutive steps, and gives each to `visit` as it comes. Their place in the file is found by
 * bisection, as steps never go down in a metrics file, so that what comes before and after them takes no time.
 *
 * @throws MetricsError `missing`, `unreadable` or `corrupt`, as {@link readMetrics}.
 */
export async function visitMetricsBetween(
  file: string,
  { from, to, signal }: MetricsRange,
  visit: (line: MetricsLine) => void,
): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    await requireFile(file);
    handle = await nodeFileSystem.open(file);
    const start = await startOf(handle, from);
    let isPast = false;
    const take = (line: MetricsLine) => {
      isPast ||= line.step > to;
      if (!isPast && line.step >= from) visit(line);
    };
    const place = start === 0 ? undefined : `after byte ${start}, `;
    const parser = new MetricsParser(file, take, place);
    for await (const text of textFrom(handle, start)) {
      parser.push(text);
      if (isPast || signal?.aborted) return;
    }
    parser.end();
  } catch (error) {
    throw error instanceof MetricsError ? error : unreadable(file, error);
  } finally {
    await handle?.close();
  }
}

/** Returns the start of a line before all that have this step or a later one, not far from the first of them. */
async function startOf(handle: FileHandle, step: number): Promise<number> {
  const { size } = await handle.stat();
  const head = await bytesAt(handle, 0, 2);
  if (encodingOf(head) !== 'utf-8') return 0;
  let low = 0;
  let high = size;
  while (high - low > CHUNK) {
    const middle = Math.floor((low + high) / 2);
    const found = await lineAfter(handle, middle);
    if (found !== undefined && found.step < step) low = found.start;
    else high = middle;
  }
  return low;
}

/** Finds the first line that begins after a place; undefined where none is near that can be read. */
async function lineAfter(handle: FileHandle, place: number): Promise<{ start: number; step: number } | undefined> {
  const bytes = await bytesAt(handle, place, PROBE);
  const start = bytes.indexOf(0x0a) + 1;
  const end = bytes.indexOf(0x0a, start);
  if (start === 0 || end < 0) return undefined;
  try {
    return { start: place + start, step: parseMetricsLine(new TextDecoder().decode(bytes.subarray(start, end))).step };
  } catch {
    return undefined;
  }
}

async function* textFrom(handle: FileHandle, start: number): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  for (let position = start; ; ) {
    const bytes = await bytesAt(handle, position, CHUNK);
    if (bytes.length === 0) return;
    position += bytes.length;
    decoder ??= new TextDecoder(encodingOf(bytes));
    yield decoder.decode(bytes, { stream: true });
  }
}

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const { bytesRead, buffer } = await handle.read(new Uint8Array(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
