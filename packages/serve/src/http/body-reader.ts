import type { IncomingMessage } from 'node:http';
import type { ServeLimits } from '../limits.js';
import { RequestError } from './request-error.js';

/** Milliseconds in which the rest of a body that is refused may still come, so that its sender reads the answer. */
const LINGER_MS = 1000;

/** Reads the bodies of requests, which together take limited memory. */
export class BodyReader {
  readonly #limits: Pick<ServeLimits, 'maxBytes' | 'maxHeldBytes'>;
  #held = 0;

  constructor(limits: Pick<ServeLimits, 'maxBytes' | 'maxHeldBytes'>) {
    this.#limits = limits;
  }

  /**
   * Reads a body, and holds it while `use` uses it.
   *
   * @throws RequestError, `too-large` or `busy`; `bad-request` when the sender has left; what `use` throws.
   */
  async with<T>(request: IncomingMessage, use: (body: Buffer) => Promise<T>): Promise<T> {
    let held = 0;
    const hold = (bytes: number) => {
      held += bytes;
      this.#held += bytes;
      if (this.#held > this.#limits.maxHeldBytes) {
        throw new RequestError('busy', 'too much is being sent at a time; try again', { 'Retry-After': '1' });
      }
    };
    try {
      return await use(await this.#read(request, hold));
    } finally {
      this.#held -= held;
    }
  }

  async #read(request: IncomingMessage, hold: (bytes: number) => void): Promise<Buffer> {
    const { maxBytes } = this.#limits;
    const tooLarge = () => {
      return new RequestError(
        'too-large',
        `a request may have ${maxBytes} bytes; send smaller pictures, or fewer at a time`,
      );
    };
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
    const chunks: Buffer[] = [];
    let length = 0;
    const read = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    try {
      for await (const chunk of read) {
        length += chunk.length;
        if (length > maxBytes) throw tooLarge();
        hold(chunk.length);
        chunks.push(chunk);
      }
    } catch (error) {
      if (error instanceof RequestError) throw error;
      throw new RequestError('bad-request', 'the request has broken off');
    }
    return Buffer.concat(chunks);
  }
}

/**
 * Drops the rest of a body that is refused, and waits a moment for its end: a sender that is cut off while it sends would
 * not read the answer.
 */
export async function dropRest(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, LINGER_MS);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    for (const event of ['end', 'close', 'error']) request.once(event, done);
    request.resume();
  });
}
