import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { DataChoice } from '@cifarlab/experiment';
import { cannotListen, guardedHeaders, originOf } from '@cifarlab/internals/http-server';
import type { CurveName, Metric } from '../protocol.js';
import { type FinerRequest, finerCurves } from '../runs/finer-curves.js';
import { curveNames } from '../runs/run-curves.js';
import { RunSet } from '../runs/run-set.js';
import { batchPicture } from '../runs/watched-run.js';
import { SampleSource } from '../samples/sample-source.js';
import { WatchError } from '../watch-error.js';
import { AccessRule, type AllowedRequest, type Refusal } from './access.js';
import { type Asset, pageFolder, readAssets } from './assets.js';
import { EventClient } from './event-client.js';
import { FolderView, RunView, type View } from './views.js';

/** Options of {@link watchRuns}. */
export interface WatchOptions {
  /** Name or address of this machine at which the page is served. Default: `127.0.0.1`, for this machine only. */
  host?: string | undefined;
  /** The port, 0 to 65535. Default: 0, any that is free. */
  port?: number | undefined;
  /**
   * Whether the last checkpoint of a run that somebody looks at classifies some test images, in a process of its own, with
   * one thread of a lower priority. Default: true.
   */
  predictions?: boolean | undefined;
  /** Place of the test images. Default: the cache; nothing is downloaded. */
  data?: DataChoice | undefined;
}

/** A page that is served. */
export interface RunWatch {
  /** The page's address, with the token that it needs. */
  readonly address: string;
  /** Ends the server and all its connections. */
  close(): Promise<void>;
}

/** Milliseconds between two looks at the runs, and between two events for a page. */
const TICK_MS = 1000;

/** Pages that are told of changes at a time. */
const MOST_CLIENTS = 32;

/**
 * Serves a live page about a run, a sweep, or all runs in a folder. It only reads: the runs may be of other processes, on a
 * disk of another machine, or ended long ago. Their files are read at once, and again each second while a page is open.
 *
 * @param path the folder of a run, or one that holds runs at any depth up to six, as that of a sweep does.
 * @throws WatchError: `no-folder`, or `address` when the server cannot listen there.
 */
export async function watchRuns(path: string, options: WatchOptions = {}): Promise<RunWatch> {
  return serveRuns(path, { ...options, page: pageFolder() });
}

/** Serves runs with a page of another folder. */
export async function serveRuns(
  path: string,
  { host = '127.0.0.1', port = 0, predictions = true, data = {}, page }: WatchOptions & { page: string },
): Promise<RunWatch> {
  const set = await RunSet.open(path);
  const token = randomBytes(24).toString('base64url');
  const access = new AccessRule(token, [host, hostname()]);
  const samples = predictions ? new SampleSource(data) : undefined;
  const watch = new WatchServer({ set, access, assets: await readAssets(page), samples });
  const bound = await watch.listen(host, port);
  return {
    address: `${originOf(bound)}/${token}/`,
    close: () => watch.close(),
  };
}

/** Parts of a server. */
interface ServerParts {
  set: RunSet;
  access: AccessRule;
  assets: ReadonlyMap<string, Asset>;
  /** Source of samples; undefined where nothing is to be classified. */
  samples: SampleSource | undefined;
}

class WatchServer {
  readonly #set: RunSet;
  readonly #access: AccessRule;
  readonly #assets: ReadonlyMap<string, Asset>;
  readonly #samples: SampleSource | undefined;
  readonly #server: Server;
  readonly #clients = new Map<EventClient, View>();
  readonly #closing = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  constructor({ set, access, assets, samples }: ServerParts) {
    this.#set = set;
    this.#access = access;
    this.#assets = assets;
    this.#samples = samples;
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.maxConnections = 4 * MOST_CLIENTS;
  }

  async listen(host: string, port: number): Promise<AddressInfo> {
    try {
      this.#server.listen(port, host);
      await once(this.#server, 'listening');
    } catch (error) {
      throw new WatchError('address', cannotListen(host, port, error as NodeJS.ErrnoException), { cause: error });
    }
    this.#look();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    return this.#server.address() as AddressInfo;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#closing.abort();
    this.#samples?.close();
    for (const client of this.#clients.keys()) client.end();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
    await this.#looking;
  }

  #tick(): void {
    if (this.#clients.size > 0) this.#look();
    for (const [client, view] of this.#clients) {
      this.#tell(client, view);
      client.tend();
      if (view instanceof RunView) this.#samples?.ask(view.run);
    }
    this.#samples?.tend();
  }

  /** Looks at the runs, unless it still does. */
  #look(): void {
    this.#looking ??= this.#set.refresh(this.#closing.signal).finally(() => {
      this.#looking = undefined;
    });
  }

  #tell(client: EventClient, view: View): void {
    if (!client.hasRoom) return;
    const update = view.update();
    if (update !== undefined) client.send(view.event, update);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(guardedHeaders)) response.setHeader(name, value);
    const allowed = this.#access.check(request);
    if ('status' in allowed) refuse(response, allowed);
    else if (allowed.path === 'events') this.#listen(request, response, allowed.query);
    else if (/^runs\/\w+\/curves$/.test(allowed.path)) await this.#finer(request, response, allowed);
    else {
      const asset = this.#assets.get(allowed.path) ?? (await this.#picture(allowed.path));
      if (asset === undefined) refuse(response, { status: 404, text: 'There is nothing here.' });
      else send(request, response, asset);
    }
  }

  /** The picture of a batch, `runs/ID/batch.png`. */
  async #picture(path: string): Promise<Asset | undefined> {
    const [folder, id, file] = path.split('/');
    const run = folder === 'runs' && file === batchPicture ? this.#set.runs.get(id!) : undefined;
    const content = run && (await readFile(join(run.path, batchPicture)).catch(() => undefined));
    return content && { type: 'image/png', content };
  }

  /** Finer points of some steps, `runs/ID/curves?from=1&to=100`. */
  async #finer(request: IncomingMessage, response: ServerResponse, { path, query }: AllowedRequest): Promise<void> {
    const run = this.#set.runs.get(path.split('/')[1]!);
    const asked = finerRequest(query);
    if (run === undefined) refuse(response, { status: 404, text: 'There is no such run here.' });
    else if (asked === undefined) refuse(response, { status: 400, text: 'These are not steps or points of a curve.' });
    else {
      const left = new AbortController();
      response.on('close', () => left.abort());
      const finer = await finerCurves(run, asked, AbortSignal.any([left.signal, this.#closing.signal]));
      send(request, response, { type: 'application/json', content: Buffer.from(JSON.stringify(finer)) });
    }
  }

  #listen(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
    const view = this.#viewOf(query);
    if (view === undefined) refuse(response, { status: 404, text: 'There is no such run here.' });
    else if (this.#clients.size >= MOST_CLIENTS) refuse(response, { status: 503, text: 'Too many pages are open.' });
    else {
      response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
      if (request.method === 'HEAD') response.end();
      else this.#follow(response, view);
    }
  }

  #follow(response: ServerResponse, view: View): void {
    response.write('retry: 2000\n\n');
    const client = new EventClient(response);
    this.#clients.set(client, view);
    response.on('close', () => this.#clients.delete(client));
    this.#look();
    this.#tell(client, view);
  }

  #viewOf(query: URLSearchParams): View | undefined {
    const id = query.get('run');
    if (id !== null) {
      const run = this.#set.runs.get(id);
      return run && new RunView(run);
    }
    const [curve, metric] = [query.get('curve') ?? 'validation', query.get('metric') ?? 'accuracy'];
    if (!curveNames.includes(curve as CurveName) || !['loss', 'accuracy'].includes(metric)) return undefined;
    return new FolderView(this.#set, curve as CurveName, metric as Metric);
  }
}

/** Most points of a curve that may be asked for. */
const MOST_POINTS = 512;

/** Reads which points are asked for; undefined where that makes no sense. */
function finerRequest(query: URLSearchParams): FinerRequest | undefined {
  const number = (name: string, unset: number) => Number(query.get(name) ?? unset);
  const [from, to, points] = [number('from', 1), number('to', Number.MAX_SAFE_INTEGER), number('points', MOST_POINTS)];
  const name = query.get('curve');
  if (![from, to, points].every(Number.isSafeInteger) || from > to || points < 1 || points > MOST_POINTS)
    return undefined;
  if (name !== null && !curveNames.includes(name as CurveName)) return undefined;
  return { from, to, points, names: name === null ? curveNames : [name as CurveName] };
}

function send(request: IncomingMessage, response: ServerResponse, { type, content }: Asset): void {
  response.writeHead(200, { 'Content-Type': type, 'Content-Length': content.length });
  response.end(request.method === 'HEAD' ? undefined : content);
}

function refuse(response: ServerResponse, { status, text }: Refusal): void {
  if (status === 405) response.setHeader('Allow', 'GET, HEAD');
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
