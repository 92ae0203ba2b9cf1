/// <reference path="./untyped.d.ts" />
import { readFile } from 'node:fs/promises';
import type { Answer, Patience } from '@cifarlab/internals/download';
import { proxyFor } from '@cifarlab/internals/proxy';
import { reasonOf } from '@cifarlab/internals/reasons';
import fetch from 'make-fetch-happen';
import { PretrainedError } from '../error.js';
import type { PipSettings } from '../pip/pip-settings.js';
import { withoutCredentials } from './address.js';

/** Asks servers by the way that pip's settings describe. */
export class PypiClient {
  readonly #settings: PipSettings;
  readonly #patience: Patience;
  readonly #certificates: string | undefined;
  /** Origin -> the credentials of the index there. */
  readonly #credentials = new Map<string, string>();

  private constructor(settings: PipSettings, patience: Patience, certificates: string | undefined) {
    this.#settings = settings;
    this.#patience = patience;
    this.#certificates = certificates;
    for (const index of settings.indexes.filter((address) => URL.canParse(address))) {
      const { url, authorization } = withoutCredentials(index);
      if (authorization !== undefined) this.#credentials.set(new URL(url).origin, authorization);
    }
  }

  /** @throws {PretrainedError} `INVALID_OPTION` when the file of certificates cannot be read. */
  static async of(settings: PipSettings, patience: Patience): Promise<PypiClient> {
    const { certificates: file } = settings;
    const certificates = file === undefined ? undefined : await readFile(file, 'utf8').catch((error: unknown) => error);
    if (certificates !== undefined && typeof certificates !== 'string') {
      throw new PretrainedError(
        'INVALID_OPTION',
        `The certificates of pip's setting cert cannot be read (${reasonOf(certificates)}). Name a file in PEM format.`,
        { cause: certificates },
      );
    }
    return new PypiClient(settings, patience, certificates);
  }

  /** Returns the proxy on the way to an address, as messages name it. */
  proxyFor(url: string): string | undefined {
    return proxyFor(url, this.#proxies(url), "of pip's settings");
  }

  /** Asks for an address without credentials; those of an index go to its own host only. */
  request(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<Answer & { url: string }> {
    const { origin, host, hostname } = new URL(url);
    const authorization = this.#credentials.get(origin);
    const { proxy, httpsProxy, noProxy } = this.#proxies(url);
    return fetch(url, {
      headers: { ...headers, ...(authorization !== undefined && { authorization }) },
      // The wheel's own compression must reach the disk as it is.
      compress: false,
      cache: 'no-store',
      redirect: 'follow',
      retry: false,
      signal,
      timeouts: { connection: this.#patience.connect, idle: this.#patience.idle },
      proxy: httpsProxy ?? proxy,
      noProxy,
      ca: this.#certificates,
      strictSSL: !this.#settings.trustedHosts.some((trusted) => trusted === host || trusted === hostname),
    });
  }

  #proxies(url: string) {
    const { proxy, httpsProxy, noProxy } = this.#settings;
    return new URL(url).protocol === 'https:' ? { httpsProxy, noProxy } : { proxy, noProxy };
  }
}
