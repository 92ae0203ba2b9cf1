import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { flush } from './flush.js';
import { reasonOf, systemCode } from './reasons.js';

/** Silence after which a file in a folder that machines share was left behind. */
const ABANDONED_MS = 10 * 60 * 1000;

/** Number of times that a broken download continues within one call, as long as each try brings something new. */
const RESUMPTIONS = 5;

/** A file on a web server, and what it must be. */
export interface RemoteFile {
  readonly url: string;
  /** Bytes. */
  readonly size: number;
  /** How its digest is computed, as Node's `createHash` names it, and the digest in hex. */
  readonly digest: { readonly algorithm: 'md5' | 'sha256'; readonly hex: string };
}

/** Times that a server may take, in milliseconds. */
export interface Patience {
  /** Until there is a connection. */
  readonly connect: number;
  /** Time from a request to its headers. */
  readonly response: number;
  /** Time between two pieces of the body. */
  readonly idle: number;
  /** Pause before a broken download continues. */
  readonly pause: number;
}

/** The parts of a server's answer that are used here. */
export interface Answer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array>;
}

export interface DownloadOptions {
  /** Asks for the file, by the user's way to it: proxy, certificates, credentials. It follows redirects. */
  request(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<Answer>;
  /** The proxy on the way, as messages name it. */
  readonly proxy: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((done: number, total: number) => void) | undefined;
  readonly patience: Patience;
}

/** Why a file could not be downloaded: the end of a sentence, for a package's own error. */
export class DownloadFailure extends Error {
  override readonly name = 'DownloadFailure';
}

const NAMES_OF_DIGESTS = { md5: 'MD5', sha256: 'SHA-256' };

/**
 * Downloads a file, hands it over and deletes it. The bytes gather in `<path>.<process>.part`; when the connection
 * breaks, the rest is requested (`Range`), provided that the server's copy is still the same one (`If-Range`). The next
 * call continues with what a failed call or a killed process leaves in `<path>.part`. The file is handed over only when
 * it is whole and its digest is right.
 *
 * Processes that download the same file at the same time do not disturb each other: each works on a file of its own
 * name, which it takes over by renaming it.
 *
 * @param use gets the path of the file; it is deleted when the promise returned is settled.
 * @throws {DownloadFailure} with the reason; errors of `use` pass through.
 */
export async function withDownload<T>(
  file: RemoteFile,
  path: string,
  options: DownloadOptions,
  use: (path: string) => Promise<T>,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const part = await claimPart(path, options.patience.idle);
  try {
    await fill(part, file, options);
  } catch (error) {
    await release(part, path);
    throw error;
  }
  try {
    const { algorithm, hex } = file.digest;
    const found = await digestOf(part, algorithm);
    if (found !== hex) throw failed(`its ${NAMES_OF_DIGESTS[algorithm]} is ${found}, expected ${hex}`);
    return await use(part);
  } finally {
    await discard(part);
  }
}

/** Brings the part to full length, going on after interruptions. */
async function fill(part: string, file: RemoteFile, options: DownloadOptions): Promise<void> {
  const { patience } = options;
  for (let tries = 0; ; tries++) {
    const before = await sizeOf(part);
    try {
      await fetchRest(part, file, options);
      return;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof DownloadFailure) throw error;
      if (tries >= RESUMPTIONS || (await sizeOf(part)) <= before) {
        throw failed(explain(error, file, options), error);
      }
    }
    await sleep(patience.pause, undefined, options.signal && { signal: options.signal });
  }
}

/** Makes one request for what is missing. Returns when the part is whole, throws otherwise. */
async function fetchRest(
  part: string,
  file: RemoteFile,
  { request, proxy, signal, onBytes, patience }: DownloadOptions,
): Promise<void> {
  const have = await sizeOf(part);
  const validator = await readValidator(part);
  const resuming = have > 0 && have < file.size && validator !== undefined;
  if (have === file.size) return;
  const stop = new AbortController();
  const headersDue = setTimeout(() => stop.abort(), patience.connect + patience.response);
  const abort = () => stop.abort();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const headers: Record<string, string> = resuming ? { range: `bytes=${have}-`, 'if-range': validator } : {};
    const response = await request(file.url, headers, stop.signal);
    clearTimeout(headersDue);
    const start = startOf(response, have, proxy);
    await writeValidator(part, response.headers.get('etag'), response.headers.get('last-modified'));
    const out = await open(part, start === 0 ? 'w' : 'r+');
    try {
      const end = await write(out, response.body, start, file, onBytes);
      await flush(out);
      if (end < file.size) throw new Error(`the connection closed after ${end} of ${file.size} bytes`);
    } finally {
      await out.close();
    }
  } finally {
    clearTimeout(headersDue);
    signal?.removeEventListener('abort', abort);
    // Ends a request whose body was not read to the end.
    stop.abort();
  }
}

/** Returns where the body of this response belongs in the file. */
function startOf(response: Answer, have: number, proxy: string | undefined): number {
  if (response.status === 200) return 0;
  if (response.status === 206) {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
    if (range !== null && Number(range[1]) === have) return have;
    throw failed(
      `the server sent the range ${JSON.stringify(response.headers.get('content-range'))}, asked for from byte ${have}`,
    );
  }
  const through = proxy === undefined ? '' : ` (through the proxy ${proxy})`;
  throw failed(`the server answered ${response.status}${through}`);
}

async function write(
  out: FileHandle,
  body: AsyncIterable<Uint8Array>,
  start: number,
  file: RemoteFile,
  onBytes: DownloadOptions['onBytes'],
): Promise<number> {
  let position = start;
  for await (const chunk of body) {
    if (position + chunk.length > file.size) throw failed(`the server sent more than its ${file.size} bytes`);
    await out.write(chunk, 0, chunk.length, position);
    position += chunk.length;
    onBytes?.(position, file.size);
  }
  return position;
}

/**
 * Takes over what an earlier run has left, under a name that belongs to this process alone. A rename has one winner.
 *
 * @returns the path of this process's part, which may not exist yet.
 */
async function claimPart(path: string, idleMs: number): Promise<string> {
  const own = `${path}.${process.pid}-${hostDigest()}-${randomBytes(4).toString('hex')}.part`;
  const folder = dirname(path);
  await removeLoneValidators(folder, path);
  const names = (await readdir(folder)).filter(
    (name) => name.startsWith(`${basename(path)}.`) && name.endsWith('.part'),
  );
  for (const name of names) {
    const found = join(folder, name);
    if (await isFree(found, path, idleMs)) {
      try {
        await rename(found, own);
        await rename(validatorPath(found), validatorPath(own)).catch(() => undefined);
        break;
      } catch {
        // Another process was quicker; it continues with that one.
      }
    }
  }
  return own;
}

/** Returns whether nobody works on this part: it was given back, its process has ended, or it has long been silent. */
async function isFree(part: string, path: string, idleMs: number): Promise<boolean> {
  if (part === `${path}.part`) return true;
  const [, pid, host] = /^(\d+)(?:-([0-9a-f]{8}))?/.exec(basename(part).slice(basename(path).length + 1)) ?? [];
  try {
    const silentMs = Date.now() - (await stat(part)).mtimeMs;
    // In a folder that machines share, the number says nothing about a process of another one.
    if (host !== undefined && isOfAnotherHost(part, host)) return silentMs > ABANDONED_MS;
    // A live download gives up after that much silence itself.
    return pid === undefined || !isRunning(Number(pid)) || silentMs > 2 * idleMs;
  } catch {
    return false;
  }
}

/** Earlier versions wrote no host: process, eight random digits. */
function isOfAnotherHost(part: string, host: string): boolean {
  return /\.\d+-[0-9a-f]{8}-[0-9a-f]{8}\.part$/.test(part) && host !== hostDigest();
}

/** Returns eight hexadecimal digits that stand for this machine. */
function hostDigest(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
}

/** Validators whose part is gone: a process was killed between two renames. */
async function removeLoneValidators(folder: string, path: string): Promise<void> {
  const names = await readdir(folder);
  for (const name of names) {
    const isOurs = name.startsWith(`${basename(path)}.`) && name.endsWith('.part-of');
    if (!isOurs || names.includes(name.slice(0, -'-of'.length))) continue;
    const file = join(folder, name);
    // A young one may be on its way: a part is renamed before it.
    const age = Date.now() - ((await stat(file).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (age > ABANDONED_MS) await rm(file, { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ESRCH';
  }
}

/** Leaves a broken part to the next run. */
async function release(part: string, path: string): Promise<void> {
  const shared = `${path}.part`;
  if ((await sizeOf(part)) <= (await sizeOf(shared))) {
    await discard(part);
    return;
  }
  await rename(part, shared).catch(() => undefined);
  await rename(validatorPath(part), validatorPath(shared)).catch(() => undefined);
}

async function discard(part: string): Promise<void> {
  await rm(part, { force: true });
  await rm(validatorPath(part), { force: true });
}

/** Returns which copy of the file the part is of: the server's strong ETag, else its modification date. */
function validatorPath(part: string): string {
  return `${part}-of`;
}

async function readValidator(part: string): Promise<string | undefined> {
  const text = await readFile(validatorPath(part), 'utf8').catch(() => '');
  return text.trim() || undefined;
}

async function writeValidator(part: string, etag: string | null, lastModified: string | null): Promise<void> {
  // A weak ETag does not promise the same bytes, so it cannot guard a range.
  const validator = etag !== null && !etag.startsWith('W/') ? etag : (lastModified ?? '');
  await writeFile(validatorPath(part), validator);
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

async function digestOf(path: string, algorithm: string): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 ** 2 })) {
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}

function explain(error: unknown, file: RemoteFile, { proxy, patience }: DownloadOptions): string {
  const peer = proxy === undefined ? `the host ${new URL(file.url).hostname}` : `the proxy ${proxy}`;
  switch (systemCode(error)) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${peer} is not known here (${systemCode(error)})`;
    case 'ECONNREFUSED':
      return `${peer} refused the connection`;
    case 'ECONNECTIONTIMEOUT':
      return `${peer} did not answer within ${patience.connect / 1000} s`;
    case 'EIDLETIMEOUT':
      return `${peer} was silent for ${patience.idle / 1000} s`;
  }
  if ((error as Error)?.name === 'AbortError') {
    return `${peer} sent no answer within ${(patience.connect + patience.response) / 1000} s`;
  }
  return proxy === undefined ? reasonOf(error) : `${reasonOf(error)} (through the proxy ${proxy})`;
}

function failed(why: string, cause?: unknown): DownloadFailure {
  return new DownloadFailure(why, { cause });
}
