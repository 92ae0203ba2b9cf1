import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Options } from 'tsup';

type EsbuildPlugin = NonNullable<Options['esbuildPlugins']>[number];

/**
 * Gives the CommonJS build bundles of packages that are ES modules only: where `require` takes no ES modules (Jest,
 * Node 20 with `--no-experimental-require-module`) it could not load them. Each becomes `dist/third-party/<name>.cjs`,
 * minified, with the licences of all that is in it beside it. The ESM build imports the packages as they are.
 *
 * @param packages names, as the sources import them.
 */
export function bundledForCommonJs(packages: readonly string[]): EsbuildPlugin {
  return {
    name: 'bundled-for-commonjs',
    setup(build) {
      const { outdir, define } = build.initialOptions;
      const commonJs = define?.TSUP_FORMAT === '"cjs"';
      build.onResolve({ filter: /^[^./]/ }, ({ path }) =>
        packages.includes(path) ? { path: commonJs ? `./third-party/${path}.cjs` : path, external: true } : undefined,
      );
      if (!commonJs || packages.length === 0) return;
      const folder = join(outdir!, 'third-party');
      build.onStart(async () => {
        mkdirSync(folder, { recursive: true });
        for (const name of packages) {
          const { metafile } = await build.esbuild.build({
            entryPoints: [name],
            outfile: join(folder, `${name}.cjs`),
            bundle: true,
            minify: true,
            metafile: true,
            format: 'cjs',
            target: 'node20',
            // Vega's builds for Node look for the package canvas with an await at their top, which no script may have.
            platform: 'neutral',
            mainFields: ['module', 'main'],
            external: ['node:*'],
            legalComments: 'none',
            logLevel: 'error',
          });
          // A name with LICENSE in it would keep pnpm from packing the repository's own.
          writeFileSync(join(folder, `${name}.NOTICES.txt`), licencesOf(Object.keys(metafile.inputs)));
        }
      });
    },
  };
}

/** The licences of all packages that these files are of, as one text. @throws Error when one has none. */
export function licencesOf(files: readonly string[]): string {
  const folders = new Set(files.map(packageFolder));
  const texts = [...folders].map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>;
    const file = readdirSync(folder).find((one) => /^licen[cs]e(\.(md|txt))?$/i.test(one));
    if (file === undefined) throw new Error(`${name}@${version} is bundled and has no licence file: ${folder}.`);
    return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
  return texts.sort().join(`\n${'-'.repeat(80)}\n\n`);
}

function packageFolder(file: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && 'version' in (JSON.parse(readFileSync(manifest, 'utf8')) as object)) return folder;
    if (dirname(folder) === folder) throw new Error(`${file} belongs to no package.`);
  }
}
