import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { OrtUnavailableError } from '../errors.js';
import { ORT_VERSION } from '../version.js';

/** The library's file name on every platform that ONNX Runtime's npm package carries it for. */
const LIBRARY_FILES: Readonly<Record<string, string>> = {
  'linux-x64': 'libonnxruntime.so.1',
  'linux-arm64': 'libonnxruntime.so.1',
  'win32-x64': 'onnxruntime.dll',
  'win32-arm64': 'onnxruntime.dll',
  'darwin-arm64': 'libonnxruntime.1.dylib',
};

const resolver = createRequire(import.meta.url);

/**
 * The file of ONNX Runtime's library for this platform: the one that `CIFARLAB_ORT_LIBRARY` names, else that of the
 * installed package `@cifarlab/ort-<platform>-<arch>`, else that of an installed `onnxruntime-node` of the same version.
 *
 * @throws {OrtUnavailableError} `DISABLED`, `UNSUPPORTED_PLATFORM`, `NOT_INSTALLED` or `VERSION_MISMATCH`.
 */
export function locateLibrary(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.CIFARLAB_ORT === 'off') {
    throw new OrtUnavailableError('DISABLED', 'switched off by CIFARLAB_ORT=off; unset it to use ONNX Runtime.');
  }
  const given = environment.CIFARLAB_ORT_LIBRARY;
  if (given !== undefined && given !== '') {
    if (existsSync(given)) return given;
    throw new OrtUnavailableError(
      'NOT_INSTALLED',
      `CIFARLAB_ORT_LIBRARY names ${given}, which does not exist; give it the path of ONNX Runtime ${ORT_VERSION}'s library, or unset it.`,
    );
  }
  const platform = `${process.platform}-${process.arch}`;
  const file = LIBRARY_FILES[platform];
  if (file === undefined) {
    throw new OrtUnavailableError(
      'UNSUPPORTED_PLATFORM',
      `there is no ONNX Runtime ${ORT_VERSION} for ${platform}; it exists for ${Object.keys(LIBRARY_FILES).join(', ')}.`,
    );
  }
  const library = platformPackageLibrary(platform, file) ?? ortNodeLibrary(file);
  if (library !== undefined) return library;
  throw new OrtUnavailableError(
    'NOT_INSTALLED',
    `the package @cifarlab/ort-${platform} is not installed; install it (npm leaves optional dependencies out with --omit=optional), or onnxruntime-node@${ORT_VERSION}.`,
  );
}

function platformPackageLibrary(platform: string, file: string): string | undefined {
  const folder = packageFolder(`@cifarlab/ort-${platform}`);
  if (folder === undefined) return undefined;
  const library = join(folder, file);
  return existsSync(library) ? library : undefined;
}

function ortNodeLibrary(file: string): string | undefined {
  const folder = packageFolder('onnxruntime-node');
  if (folder === undefined) return undefined;
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  if (version !== ORT_VERSION) {
    throw new OrtUnavailableError(
      'VERSION_MISMATCH',
      `onnxruntime-node ${version} is installed, and this package drives ${ORT_VERSION} only; install @cifarlab/ort-${process.platform}-${process.arch} or onnxruntime-node@${ORT_VERSION}.`,
    );
  }
  const library = join(folder, 'bin', 'napi-v6', process.platform, process.arch, file);
  return existsSync(library) ? library : undefined;
}

function packageFolder(name: string): string | undefined {
  try {
    return dirname(resolver.resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}
