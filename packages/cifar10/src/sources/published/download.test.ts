import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { Patience } from '@cifarlab/internals/download';
import { describe, expect, test } from 'vitest';
import { fileHandler, type Handler, serve } from '../../../test/support/server.js';
import { temporaryFolder } from '../../../test/support/temporary-folder.js';
import type { NpmSettings } from '../network/npm-settings.js';
import type { RemoteFile } from '../origins.js';
import { type DownloadOptions, withDownload } from './download.js';

const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i) >> 3));
const md5 = createHash('md5').update(bytes).digest('hex');
const settings: NpmSettings = { registry: '' };
const patience: Patience = { connect: 2000, response: 2000, idle: 2000, pause: 1 };

async function setUp(handler: Handler) {
  const folder = temporaryFolder();
  const { url, server } = await serve(handler);
  const file = { url: `${url}/data.tar.gz`, md5, size: bytes.length };
  const path = join(folder, 'data.tar.gz');
  const names = () => readdirSync(folder).sort();
  return { folder, file, path, names, server };
}
/** Downloads a file and gives its bytes. */
const download = (file: RemoteFile, path: string, options: DownloadOptions) =>
  withDownload(file, path, options, async (part) => readFileSync(part));
const failed = (message: RegExp) => ({ code: 'DOWNLOAD_FAILED', message: expect.stringMatching(message) });

test('a whole file, with progress, and nothing else in the folder', async () => {
  const { file, path, names } = await setUp(fileHandler(bytes));
  const seen: number[] = [];
  expect((await download(file, path, { settings, patience, onBytes: (done) => seen.push(done) })).equals(bytes)).toBe(
    true,
  );

  expect(names()).toEqual([]);
  expect(seen.at(-1)).toBe(bytes.length);
  expect([...seen].sort((a, b) => a - b)).toEqual(seen);
});

describe('a broken download goes on where it stopped', () => {
  test('within one call', async () => {
    const requests: IncomingMessage['headers'][] = [];
    const cut = (request: number) => (request < 3 ? 100_000 : undefined);
    const { file, path, names } = await setUp(fileHandler(bytes, { cut, requests }));
    expect((await download(file, path, { settings, patience })).equals(bytes)).toBe(true);
    expect(requests.map(({ range }) => range)).toEqual([undefined, 'bytes=100000-', 'bytes=200000-']);
    expect(requests[1]!['if-range']).toBe('"v1"');
    expect(names()).toEqual([]);
  });

  test('in a later call, and only in that copy of the file', async () => {
    const requests: IncomingMessage['headers'][] = [];
    let etag = '"v1"';
    // The second request of the first call breaks off before it brings anything: that ends the call.
    const cut = (request: number) => [100_000, 0][request - 1];
    const { file, path, names } = await setUp(fileHandler(bytes, { cut, requests, etag: () => etag }));
    await expect(download(file, path, { settings, patience })).rejects.toMatchObject(failed(/could not be downloaded/));
    expect(names()).toEqual(['data.tar.gz.part', 'data.tar.gz.part-of']);
    expect(readFileSync(`${path}.part`).equals(bytes.subarray(0, 100_000))).toBe(true);

    etag = '"v2"';
    expect((await download(file, path, { settings, patience })).equals(bytes)).toBe(true);
    expect(requests.at(-1)).toMatchObject({ range: 'bytes=100000-', 'if-range': '"v1"' });
    expect(names()).toEqual([]);
  });

  test('a server without ranges sends it all again', async () => {
    const cut = (request: number) => (request === 1 ? 100_000 : undefined);
    const { file, path } = await setUp(fileHandler(bytes, { cut, ranges: false }));
    expect((await download(file, path, { settings, patience })).equals(bytes)).toBe(true);
  });

  test('without an ETag or a date there is nothing to hold on to: from the start', async () => {
    const requests: IncomingMessage['headers'][] = [];
    const { path, file } = await setUp((request, response) => {
      requests.push(request.headers);
      response.writeHead(200, { 'content-length': bytes.length, etag: 'W/"weak"' });
      if (requests.length > 1) response.end(bytes);
      else response.write(bytes.subarray(0, 1000), () => setTimeout(() => response.destroy(), 50));
    });
    await download(file, path, { settings, patience });
    expect(requests.map(({ range }) => range)).toEqual([undefined, undefined]);
  });

  test('what a killed process left is taken over; what a living one works on is not', async () => {
    const requests: IncomingMessage['headers'][] = [];
    const { file, path, names } = await setUp(fileHandler(bytes, { requests }));
    // No process has a number this high.
    writeFileSync(`${path}.2000000000.part`, bytes.subarray(0, 5000));
    writeFileSync(`${path}.2000000000.part-of`, '"v1"');
    writeFileSync(`${path}.1.part`, 'of somebody else');
    await download(file, path, { settings, patience });
    expect(requests.map(({ range }) => range)).toEqual(['bytes=5000-']);
    expect(names()).toEqual(['data.tar.gz.1.part']);
  });

  test('a part that is whole needs no request', async () => {
    const requests: IncomingMessage['headers'][] = [];
    const { file, path } = await setUp(fileHandler(bytes, { requests }));
    writeFileSync(`${path}.part`, bytes);
    expect((await download(file, path, { settings, patience })).equals(bytes)).toBe(true);
    expect(requests).toEqual([]);
  });
});

describe('what the server gets wrong', () => {
  test('other bytes: nothing of them is kept', async () => {
    const { file, path, names } = await setUp(fileHandler(Buffer.alloc(bytes.length)));
    await expect(download(file, path, { settings, patience })).rejects.toMatchObject(
      failed(new RegExp(`its MD5 is [0-9a-f]{32}, expected ${md5}`)),
    );
    expect(names()).toEqual([]);
  });

  test('a damaged part: the next call starts over', async () => {
    const { file, path, names } = await setUp(fileHandler(bytes));
    writeFileSync(`${path}.part`, Buffer.alloc(1000, 1));
    writeFileSync(`${path}.part-of`, '"v1"');
    await expect(download(file, path, { settings, patience })).rejects.toMatchObject(failed(/its MD5 is/));
    expect(names()).toEqual([]);
    expect((await download(file, path, { settings, patience })).equals(bytes)).toBe(true);
  });

  test.each([404, 403, 500])('status %d', async (status) => {
    const { file, path, names } = await setUp((_, response) => response.writeHead(status).end('<html>'));
    await expect(download(file, path, { settings, patience })).rejects.toMatchObject(
      failed(new RegExp(`the server answered ${status}\\.$`)),
    );
    expect(names()).toEqual([]);
  });

  test('too much', async () => {
    const { file, path, names } = await setUp(fileHandler(Buffer.concat([bytes, bytes])));
    await expect(download(file, path, { settings, patience })).rejects.toMatchObject(
      failed(/more than its 300000 bytes/),
    );
    expect(names()).not.toContain('data.tar.gz');
  });

  test('a range that was not asked for', async () => {
    const { file, path } = await setUp((_, response) =>
      response.writeHead(206, { 'content-range': 'bytes 7-9/10' }).end('xyz'),
    );
    await expect(download(file, path, { settings, patience })).rejects.toMatchObject(
      failed(/sent the range "bytes 7-9\/10"/),
    );
  });

  test('silence before the headers', async () => {
    const { file, path } = await setUp(() => undefined);
    const hurried = { ...patience, connect: 50, response: 50 };
    await expect(download(file, path, { settings, patience: hurried })).rejects.toMatchObject(
      failed(/127\.0\.0\.1 sent no answer within 0\.1 s/),
    );
  });

  test('silence in the middle', async () => {
    const { file, path } = await setUp((_, response) => {
      response.writeHead(200, { 'content-length': bytes.length, etag: '"v1"' });
      response.write(bytes.subarray(0, 1000));
    });
    const hurried = { ...patience, idle: 100 };
    await expect(download(file, path, { settings, patience: hurried })).rejects.toMatchObject(
      failed(/127\.0\.0\.1 was silent for 0\.1 s/),
    );
  });

  test('nobody there', async () => {
    const { file, path, server } = await setUp(fileHandler(bytes));
    await new Promise((resolve) => server.close(resolve));
    await expect(download(file, path, { settings, patience })).rejects.toMatchObject(
      failed(/the host 127\.0\.0\.1 refused the connection/),
    );
  });

  test('a host that does not exist', async () => {
    const file = { url: 'http://no-such-host.invalid/data.tar.gz', md5, size: 1 };
    await expect(download(file, join(temporaryFolder(), 'f'), { settings, patience })).rejects.toMatchObject(
      failed(/no-such-host\.invalid/),
    );
  });
});

test('an abort ends it at once and leaves what has come for the next time', async () => {
  const controller = new AbortController();
  const { file, path, names } = await setUp((_, response) => {
    response.writeHead(200, { 'content-length': bytes.length, etag: '"v1"' });
    response.write(bytes.subarray(0, 1000));
  });
  const onBytes = () => controller.abort(new Error('enough'));
  await expect(download(file, path, { settings, patience, onBytes, signal: controller.signal })).rejects.toThrow(
    'enough',
  );
  expect(names()).toEqual(['data.tar.gz.part', 'data.tar.gz.part-of']);
});

test('a redirect is followed', async () => {
  const { file, path } = await setUp((request, response) =>
    request.url === '/moved'
      ? fileHandler(bytes)(request, response)
      : response.writeHead(302, { location: '/moved' }).end(),
  );
  expect((await download(file, path, { settings, patience })).equals(bytes)).toBe(true);
});

test("npm's proxy is used", async () => {
  const urls: (string | undefined)[] = [];
  const { url } = await serve((request, response) => {
    urls.push(request.url);
    fileHandler(bytes)(request, response);
  });
  const path = join(temporaryFolder(), 'data.tar.gz');
  const file = { url: 'http://archive.invalid/data.tar.gz', md5, size: bytes.length };
  expect((await download(file, path, { settings: { registry: '', proxy: url }, patience })).equals(bytes)).toBe(true);
  expect(urls).toEqual(['http://archive.invalid/data.tar.gz']);
});

test('several at once do not disturb each other', async () => {
  const { file, path, names } = await setUp(fileHandler(bytes));
  writeFileSync(`${path}.part`, bytes.subarray(0, 1000));
  writeFileSync(`${path}.part-of`, '"v1"');
  const all = await Promise.all(Array.from({ length: 4 }, () => download(file, path, { settings, patience })));
  expect(all.map((got) => got.equals(bytes))).toEqual([true, true, true, true]);
  expect(names()).toEqual([]);
});

test('an error of the reader passes through, and the file is deleted', async () => {
  const { file, path, names } = await setUp(fileHandler(bytes));
  const use = () => Promise.reject(new Error('unreadable'));
  await expect(withDownload(file, path, { settings, patience }, use)).rejects.toThrow('unreadable');
  expect(names()).toEqual([]);
});

test("a part of another machine's process is left to it while it grows", async () => {
  const { file, path, names } = await setUp(fileHandler(bytes));
  // No process here has that number, and the machine is another one.
  const name = 'data.tar.gz.2000000000-00000000-01234567.part';
  const part = join(path, '..', name);
  writeFileSync(part, bytes.subarray(0, 5000));
  await download(file, path, { settings, patience });
  expect(names()).toEqual([name]);
  const hoursAgo = Date.now() / 1000 - 7200;
  utimesSync(part, hoursAgo, hoursAgo);
  await download(file, path, { settings, patience });
  expect(names()).toEqual([]);
});

test('what says of which copy a part is goes when the part is gone', async () => {
  const { file, path, names } = await setUp(fileHandler(bytes));
  const [old, young] = ['data.tar.gz.1-01234567.part-of', 'data.tar.gz.2-01234567.part-of'];
  for (const name of [old, young]) writeFileSync(join(path, '..', name), '"v1"');
  const hoursAgo = Date.now() / 1000 - 7200;
  utimesSync(join(path, '..', old), hoursAgo, hoursAgo);
  await download(file, path, { settings, patience });
  expect(names()).toEqual([young]);
});
