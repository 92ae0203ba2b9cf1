/// <reference path="../network/untyped.d.ts" />
import { DownloadFailure, type Patience, withDownload as withVerified } from '@cifarlab/internals/download';
import fetch from 'make-fetch-happen';
import { Cifar10Error } from '../../errors.js';
import type { NpmSettings } from '../network/npm-settings.js';
import { proxyFor } from '../network/proxy.js';
import type { RemoteFile } from '../origins.js';

export interface DownloadOptions {
  /** Network settings; the proxy, certificates and `noproxy` of npm, the environment's among them. */
  readonly settings: NpmSettings;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((done: number, total: number) => void) | undefined;
  readonly patience: Patience;
}

/**
 * Downloads a file by the way that npm takes, hands it over and deletes it. It is returned only when it is whole and
 * its MD5 is right; the next call continues with what a failed one leaves.
 *
 * @param path where it gathers; `.part` and more come after the name.
 * @param use gets the path of the file; it is deleted when the promise returned is settled.
 * @throws {Cifar10Error} `DOWNLOAD_FAILED` with the reason; errors of `use` pass through.
 */
export async function withDownload<T>(
  { url, md5, size }: RemoteFile,
  path: string,
  { settings, signal, onBytes, patience }: DownloadOptions,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const file = { url, size, digest: { algorithm: 'md5', hex: md5 } } as const;
  const options = { request: requestBy(settings, patience), proxy: proxyFor(url, settings), signal, onBytes, patience };
  try {
    return await withVerified(file, path, options, use);
  } catch (error) {
    if (!(error instanceof DownloadFailure)) throw error;
    const { cause } = error;
    throw new Cifar10Error('DOWNLOAD_FAILED', `${url} could not be downloaded: ${error.message}.`, { cause });
  }
}

/**
 * Returns a request with those of npm's settings that concern a host other than a registry: its proxy and certificates,
 * but not the credentials for npm.
 */
function requestBy(settings: NpmSettings, patience: Patience) {
  return (url: string, headers: Record<string, string>, signal: AbortSignal) =>
    fetch(url, {
      headers,
      // The archive's own compression must reach the disk as it is.
      compress: false,
      cache: 'no-store',
      redirect: 'follow',
      retry: false,
      signal,
      timeouts: { connection: patience.connect, idle: patience.idle },
      proxy: settings.httpsProxy || settings.proxy || undefined,
      noProxy: settings.noProxy,
      ca: settings.ca ?? undefined,
      strictSSL: settings.strictSSL,
      localAddress: settings.localAddress ?? undefined,
    });
}
