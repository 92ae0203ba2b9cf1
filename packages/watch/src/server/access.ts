import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isOwnName, parseTarget } from '@cifarlab/internals/http-server';

/** Refusal of a request: a status, and a text for the sender. */
export interface Refusal {
  status: number;
  text: string;
}

/** An allowed request: the path after the token, and the query after the question mark. */
export interface AllowedRequest {
  path: string;
  query: URLSearchParams;
}

/**
 * Decides about requests: only those that know the token, only reading, and only by a name of this server, since a page
 * of another site could have its own name lead here (DNS rebinding).
 */
export class AccessRule {
  readonly #token: Buffer;
  readonly #names: ReadonlySet<string>;

  /** @param names of the server, beside `localhost` and numeric addresses. */
  constructor(token: string, names: Iterable<string> = []) {
    this.#token = digest(token);
    this.#names = new Set([...names].map((name) => name.toLowerCase()));
  }

  /** Returns the allowed request, or the refusal. */
  check({ method, url = '/', headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>): AllowedRequest | Refusal {
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, text: 'Only GET and HEAD are answered.' };
    if (!isOwnName(headers.host, this.#names)) {
      return { status: 421, text: 'This server does not answer by that name: use the address that it printed.' };
    }
    const parsed = parseTarget(url);
    if (parsed === undefined) return { status: 400, text: 'The address cannot be understood.' };
    const [, token = '', ...path] = parsed.pathname.split('/');
    if (!timingSafeEqual(digest(token), this.#token)) {
      return { status: 403, text: 'The address needs the token in it: use the whole address that was printed.' };
    }
    return { path: path.join('/'), query: parsed.searchParams };
  }
}

/** Returns a digest. All have equal length, so that comparing them does not reveal the length of the token. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
