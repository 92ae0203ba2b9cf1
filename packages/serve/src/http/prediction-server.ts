import type { IncomingMessage, ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import type { Prediction } from '@cifarlab/experiment';
import { guardedHeaders, isOwnName, parseTarget } from '@cifarlab/internals/http-server';
import { classify } from '../batching/classifier.js';
import { Gate } from '../batching/gate.js';
import { MicroBatcher } from '../batching/micro-batcher.js';
import type { ImageNetwork } from '../image-network.js';
import type { ServeLimits } from '../limits.js';
import { decodeSent } from '../pictures/decode-sent.js';
import { readPictures } from '../pictures/read-pictures.js';
import type { SentPicture } from '../pictures/sent-picture.js';
import type { Asset } from './assets.js';
import { BodyReader, dropRest } from './body-reader.js';
import { RequestError } from './request-error.js';

/** Parts of a server. */
export interface ServerParts {
  limits: ServeLimits;
  assets: ReadonlyMap<string, Asset>;
  /** The name or address that it listens at. */
  host: string;
  /** Is told of errors of the network. */
  onError: (error: unknown) => void;
}

/** Pictures that are decoded at a time: each may take some hundred megabytes while it is. */
const DECODED_AT_ONCE = 2;

/** Answers requests. */
export class PredictionServer {
  readonly #network: ImageNetwork;
  readonly #parts: ServerParts;
  readonly #names: ReadonlySet<string>;
  readonly #bodies: BodyReader;
  readonly #decoding = new Gate(DECODED_AT_ONCE);
  readonly #batcher: MicroBatcher<Uint8Array, Prediction[]>;
  /** Pictures that have come and are not answered yet. */
  #pictures = 0;
  #isEnding = false;

  constructor(network: ImageNetwork, parts: ServerParts) {
    this.#network = network;
    this.#parts = parts;
    this.#names = new Set([parts.host, hostname()].map((name) => name.toLowerCase()));
    this.#bodies = new BodyReader(parts.limits);
    this.#batcher = new MicroBatcher((pictures) => classify(network, pictures), parts.limits.maxBatch);
  }

  /** Classifies a black picture, so that the first one that comes does not wait for what is made once. */
  async tryNetwork(): Promise<void> {
    const { side } = this.#network;
    await classify(this.#network, [new Uint8Array(3 * side * side)]);
  }

  /** Takes no more pictures from now on. */
  drain(): void {
    this.#isEnding = true;
  }

  /** Answers a request. Never throws. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(guardedHeaders)) response.setHeader(name, value);
    try {
      await this.#route(request, response);
    } catch (error) {
      await dropRest(request);
      this.#refuse(response, error);
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { host } = request.headers;
    if (isLocal(this.#parts.host) && !isOwnName(host, this.#names)) {
      throw new RequestError('other-name', 'this server does not answer by that name; use its address');
    }
    const target = parseTarget(request.url ?? '');
    if (target === undefined) throw new RequestError('bad-request', 'the address cannot be understood');
    const { pathname, searchParams } = target;
    const asset = this.#parts.assets.get(pathname);
    if (pathname === '/predict') {
      requireMethod(request, ['POST']);
      await this.#predict(request, response, searchParams);
    } else if (pathname === '/health') {
      requireMethod(request, ['GET', 'HEAD']);
      this.#send(request, response, this.#isEnding ? 503 : 200, this.#health());
    } else if (asset !== undefined) {
      requireMethod(request, ['GET', 'HEAD']);
      this.#write(request, response, 200, asset);
    } else throw new RequestError('not-found', 'there is nothing here; send pictures to /predict');
  }

  #health() {
    const { name, classNames, side } = this.#network;
    return {
      status: this.#isEnding ? 'ending' : 'ok',
      network: name,
      classes: classNames,
      side,
      waiting: this.#pictures,
    };
  }

  async #predict(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Promise<void> {
    if (this.#isEnding) throw new RequestError('ending', 'the server is ending; ask another one');
    const top = topOf(query, this.#network.classNames.length);
    const { maxPictures } = this.#parts.limits;
    const rule = { side: this.#network.side, maxPictures };
    const images = await this.#bodies.with(request, async (body) => {
      const sent = await readPictures(body, request.headers['content-type'], rule);
      return this.#inTime(response, (signal) => this.#classifyAll(sent, top, signal));
    });
    this.#send(request, response, 200, { images });
  }

  /** Gives work up that takes too long, or whose result nobody waits for any more. */
  async #inTime<T>(response: ServerResponse, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const { signal } = controller;
    const onClose = () => controller.abort(new RequestError('bad-request', 'the sender has left'));
    const onTimeout = () => controller.abort(busy('the answer takes too long'));
    const timer = setTimeout(onTimeout, 1000 * this.#parts.limits.timeoutSeconds);
    response.on('close', onClose);
    try {
      if (response.destroyed) onClose();
      return await Promise.race([work(signal), rejection(signal)]);
    } catch (error) {
      // Of several pictures, the others are left when one is refused.
      controller.abort(error);
      throw error;
    } finally {
      clearTimeout(timer);
      response.off('close', onClose);
    }
  }

  async #classifyAll(sent: readonly SentPicture[], top: number, signal: AbortSignal) {
    if (this.#pictures + sent.length > this.#parts.limits.maxQueue) throw busy('too many pictures wait');
    this.#pictures += sent.length;
    try {
      const found = await Promise.all(sent.map((picture) => this.#classify(picture, signal)));
      return sent.map(({ name }, i) => ({ name, predictions: found[i]!.slice(0, top) }));
    } finally {
      this.#pictures -= sent.length;
    }
  }

  async #classify(picture: SentPicture, signal: AbortSignal): Promise<Prediction[]> {
    const { maxPixels, timeoutSeconds } = this.#parts.limits;
    const rule = { side: this.#network.side, maxPixels, maxSeconds: Math.ceil(timeoutSeconds) };
    const pixels = await this.#decoding.pass(() => decodeSent(picture, rule), signal);
    return this.#batcher.run(pixels, signal);
  }

  #refuse(response: ServerResponse, error: unknown): void {
    let refusal = error;
    if (!(refusal instanceof RequestError)) {
      this.#parts.onError(error);
      refusal = new RequestError('failed', 'the network cannot compute this; its server knows why');
    }
    const { status, code, message, headers } = refusal as RequestError;
    if (response.headersSent || response.destroyed) return;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    // What is left of a body that was not read must not be taken for the next request.
    if (!response.req.readableEnded) response.setHeader('Connection', 'close');
    this.#send(response.req, response, status, { error: { code, message } });
  }

  #send(request: IncomingMessage, response: ServerResponse, status: number, value: object): void {
    const content = Buffer.from(`${JSON.stringify(value)}\n`);
    this.#write(request, response, status, { type: 'application/json; charset=utf-8', content });
  }

  #write(request: IncomingMessage, response: ServerResponse, status: number, { type, content }: Asset): void {
    if (response.destroyed) return;
    if (this.#isEnding) response.setHeader('Connection', 'close');
    response.writeHead(status, { 'Content-Type': type, 'Content-Length': content.length });
    response.end(request.method === 'HEAD' ? undefined : content);
  }
}

/** Never returns. @throws what the signal is aborted with. */
function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function busy(reason: string): RequestError {
  return new RequestError('busy', `${reason}; try again later`, { 'Retry-After': '1' });
}

function requireMethod({ method = '' }: IncomingMessage, allowed: readonly string[]): void {
  if (allowed.includes(method)) return;
  throw new RequestError('method', `${method} is not answered here; use ${allowed.join(' or ')}`, {
    Allow: allowed.join(', '),
  });
}

/** Whether an address is of this machine for itself. */
function isLocal(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}

/** How many classes are asked for, `?top=3`; all unless that is said. */
function topOf(query: URLSearchParams, classes: number): number {
  const text = query.get('top');
  if (text === null) return classes;
  const top = Number(text);
  if (Number.isSafeInteger(top) && top >= 1) return top;
  throw new RequestError('bad-request', `top must be a whole number of 1 or more; got ${text.slice(0, 40)}`);
}
