import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { MINI_DIGESTS } from '../../../test/support/mini.js';
import { useNpmrc } from '../../../test/support/registry.js';
import { serve } from '../../../test/support/server.js';
import { temporaryFolder } from '../../../test/support/temporary-folder.js';
import { readNpmPackage } from '../npm/npm-package.js';
import { withDownload } from '../published/download.js';
import { proxyFor } from './proxy.js';

afterEach(() => vi.unstubAllEnvs());

const registry = '';
const url = 'https://www.example.com/data.tar.gz';

test.each<[string, object, string | undefined]>([
  ['none', {}, undefined],
  ['null, as npm has it', { proxy: null, httpsProxy: null }, undefined],
  ['one', { proxy: 'http://p.invalid:3128/' }, 'http://p.invalid:3128'],
  ['that of https first', { proxy: 'http://p.invalid/', httpsProxy: 'http://q.invalid/' }, 'http://q.invalid'],
  ['without credentials', { proxy: 'http://user:secret@p.invalid:3128/' }, 'http://p.invalid:3128'],
  ['not an address', { proxy: 'user:secret@' }, "of npm's settings"],
  ['excepted', { proxy: 'http://p.invalid/', noProxy: 'a.org, example.com' }, undefined],
  ['excepted in a list', { proxy: 'http://p.invalid/', noProxy: ['.example.com'] }, undefined],
  ['others excepted', { proxy: 'http://p.invalid/', noProxy: 'ample.com,' }, 'http://p.invalid'],
])('the proxy: %s', (_, settings, expected) => {
  expect(proxyFor(url, { registry, ...settings })).toBe(expected);
});

/** Returns an address at which nobody listens. */
async function deadAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}

describe('the download names the proxy, without its credentials', () => {
  const patience = { connect: 2000, response: 2000, idle: 2000, pause: 1 };
  const download = async (proxy: string, settings: object = {}) =>
    withDownload(
      { url, md5: '', size: 1 },
      join(temporaryFolder(), 'f'),
      { settings: { registry, httpsProxy: proxy, ...settings }, patience },
      async () => undefined,
    ).catch((error: Error) => error.message);

  test('that is dead', async () => {
    const address = await deadAddress();
    const message = await download(`http://user:secret@${address}/`);
    expect(message).toContain(`the proxy http://${address} refused the connection`);
    expect(message).not.toContain('secret');
  });

  test('that is not known', async () => {
    expect(await download('http://user:secret@no-such-proxy.invalid:3128/')).toMatch(
      /the proxy http:\/\/no-such-proxy\.invalid:3128 is not known here \((ENOTFOUND|EAI_AGAIN)\)/,
    );
  });

  test('that refuses to serve', async () => {
    const { url: proxy, server } = await serve((_, response) => response.writeHead(407).end());
    server.on('connect', (_, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
    expect(await download(proxy)).toMatch(/(407|through the proxy http:\/\/127\.0\.0\.1:\d+)/);
    expect(await download(proxy)).toContain(new URL(proxy).host);
  });
});

test('the npm package names it too', async () => {
  const address = await deadAddress();
  useNpmrc(`registry=https://registry.invalid/\nhttps-proxy=http://user:secret@${address}/\nnoproxy=\n`);
  const read = readNpmPackage(
    { spec: 'sheets@1.0.0', integrity: '', size: 1 },
    { digests: MINI_DIGESTS },
    () => undefined,
    10_000,
  );
  const message = await read.catch((error: Error) => error.message);
  expect(message).toContain(`through the proxy http://${address}`);
  expect(message).not.toContain('secret');
});
