import type { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Takes the errors of a stream, which would end the process.
 *
 * @returns what waits for all that was written, and tells why it could not be. A reader that closes the pipe early
 *   (`cifarlab … | head -1`) has what it wants: that is not a failure.
 */
export function watchStream(stream: Writable): () => Promise<NodeJS.ErrnoException | undefined> {
  let failure: NodeJS.ErrnoException | undefined;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') failure ??= error;
  });
  return async () => {
    await new Promise<void>((resolve) => stream.write('', () => resolve()));
    // The event comes after the answer to the write.
    await nextTurn();
    return failure;
  };
}
