import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Patience } from '@cifarlab/internals/download';
import { readArchive } from '../../formats/archives/read-archive.js';
import type { RemoteFile } from '../origins.js';
import type { Source, SourceContext, SourceImages } from '../source.js';

/**
 * Returns the source of the archive that the data set's authors publish.
 *
 * @param cacheDir the folder whose `downloads` hold the archive while it arrives.
 */
export function publishedSource(archive: RemoteFile, patience: Patience, cacheDir: string): Source {
  return {
    origin: 'published',
    place: archive.url,
    trying: `Trying ${archive.url}`,
    isRemote: true,
    onFailure: 'skip',
    allowsUnverified: false,
    read: (context) => read(archive, patience, cacheDir, context),
  };
}

async function read(
  archive: RemoteFile,
  patience: Patience,
  cacheDir: string,
  context: SourceContext,
): Promise<SourceImages> {
  // Loaded when it is needed only: npm's libraries take longer to load than the images do.
  const [{ withDownload }, { readNpmSettings }] = await Promise.all([
    import('./download.js'),
    import('../network/npm-settings.js'),
  ]);
  const path = join(cacheDir, 'downloads', new URL(archive.url).pathname.split('/').at(-1)!);
  const network = {
    settings: await readNpmSettings(),
    signal: context.signal,
    onBytes: context.onBytes,
    patience,
  };
  const read = await withDownload(archive, path, network, (part) =>
    readArchive(createReadStream(part, { highWaterMark: 1024 ** 2 }), archive.url, context),
  );
  return { ...read, from: archive.url };
}
