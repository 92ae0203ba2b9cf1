import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { OrtUnavailableError } from '../errors.js';
import { ORT_VERSION } from '../version.js';
import { requireHere } from './require-here.js';

/** The library's file name on every platform that ONNX Runtime's npm package carries it for. */
const LIBRARY_FILES: Readonly<Record<string, string>> = {
  'linux-x64': 'libonnxruntime.so.1',
  'linux-arm64': 'libonnxruntime.so.1',
  'win32-x64': 'onnxruntime.dll',
  'win32-arm64': 'onnxruntime.dll',
  'darwin-arm64': 'libonnxruntime.1.dylib',
};

/** Where to look, for tests: this process by default. */
interface Place {
  readonly environment?: NodeJS.ProcessEnv;
  /** `process.platform` and `process.arch`. */
  readonly platform?: string;
  readonly arch?: string;
  /** The path of a module, such as `onnxruntime-node/package.json`; throws when there is none. */
  readonly resolveModule?: (id: string) => string;
}

/**
 * The file of ONNX Runtime's library for this platform: the one that `CIFARLAB_ORT_LIBRARY` names, else that of the
 * installed package `@cifarlab/ort-<platform>-<arch>`, else that of an installed `onnxruntime-node` of the same version.
 *
 * @throws {OrtUnavailableError} `DISABLED`, `UNSUPPORTED_PLATFORM`, `NOT_INSTALLED` or `VERSION_MISMATCH`.
 */
export function locateLibrary({
  environment = process.env,
  platform = process.platform,
  arch = process.arch,
  resolveModule = requireHere().resolve,
}: Place = {}): string {
  if (environment.CIFARLAB_ORT === 'off') {
    throw new OrtUnavailableError('DISABLED', 'switched off by CIFARLAB_ORT=off; unset it to use ONNX Runtime.');
  }
  const given = environment.CIFARLAB_ORT_LIBRARY;
  if (given !== undefined && given !== '') {
    // The dynamic loader looks for a bare file name in its own folders, not in the working directory.
    if (existsSync(given)) return resolve(given);
    throw new OrtUnavailableError(
      'NOT_INSTALLED',
      `CIFARLAB_ORT_LIBRARY names ${given}, which does not exist; give it the path of ONNX Runtime ${ORT_VERSION}'s library, or unset it.`,
    );
  }
  const target = `${platform}-${arch}`;
  const file = LIBRARY_FILES[target];
  if (file === undefined) {
    throw new OrtUnavailableError(
      'UNSUPPORTED_PLATFORM',
      `there is no ONNX Runtime ${ORT_VERSION} for ${target}; it exists for ${Object.keys(LIBRARY_FILES).join(', ')}.`,
    );
  }
  const folderOf = (name: string) => packageFolder(name, resolveModule);
  const library = existing(folderOf(`@cifarlab/ort-${target}`), file);
  if (library !== undefined) return library;
  const ortNode = folderOf('onnxruntime-node');
  if (ortNode !== undefined) assertVersion(ortNode, target);
  const development = existing(ortNode, 'bin', 'napi-v6', platform, arch, file);
  if (development !== undefined) return development;
  throw new OrtUnavailableError(
    'NOT_INSTALLED',
    `the package @cifarlab/ort-${target} is not installed; install it (npm leaves optional dependencies out with --omit=optional), or onnxruntime-node@${ORT_VERSION}. Of a bundled program, mark @cifarlab/ort-runtime as external and install it beside the bundle.`,
  );
}

function existing(folder: string | undefined, ...path: string[]): string | undefined {
  if (folder === undefined) return undefined;
  const file = join(folder, ...path);
  return existsSync(file) ? file : undefined;
}

function assertVersion(ortNode: string, target: string): void {
  const { version } = JSON.parse(readFileSync(join(ortNode, 'package.json'), 'utf8')) as { version: string };
  if (version === ORT_VERSION) return;
  throw new OrtUnavailableError(
    'VERSION_MISMATCH',
    `onnxruntime-node ${version} is installed, and this package drives ${ORT_VERSION} only; install @cifarlab/ort-${target} or onnxruntime-node@${ORT_VERSION}.`,
  );
}

function packageFolder(name: string, resolveModule: (id: string) => string): string | undefined {
  try {
    return dirname(resolveModule(`${name}/package.json`));
  } catch {
    return undefined;
  }
}
