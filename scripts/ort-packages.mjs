// Makes the platform packages of ONNX Runtime's native library: `npm run ort-packages -- [--platform linux-x64 …]`.
// What they are and how they are released is told in ort-packages/README.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makePackage } from './ort-packages/make-package.mjs';
import { choosePlatforms, SOURCE } from './ort-packages/platforms.mjs';
import { fetchTarball, readFiles, readVerified } from './ort-packages/tarball.mjs';

const USAGE = `Usage: npm run ort-packages -- [--platform NAME ...] [--tarball FILE] [--out DIR]

  --platform NAME  linux-x64, linux-arm64, win32-x64, win32-arm64 or darwin-arm64; may be repeated; all by default
  --tarball FILE   the tarball of ${SOURCE.spec}; fetched from npm's registry by default
  --out DIR        makes DIR/ort-<platform>; packages/ort-<platform>/dist, which a release publishes, by default
`;

try {
  const { values } = parseArgs({
    options: {
      platform: { type: 'string', multiple: true },
      tarball: { type: 'string' },
      out: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) process.stdout.write(USAGE);
  else await makePackages(values);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** @param {{ platform?: string[], tarball?: string, out?: string }} options */
async function makePackages({ platform, tarball, out }) {
  const platforms = choosePlatforms(platform);
  const folder = mkdtempSync(join(tmpdir(), 'ort-packages-'));
  try {
    if (tarball === undefined) console.error(`Fetching ${SOURCE.spec} …`);
    const bytes = readVerified(tarball ?? (await fetchTarball(SOURCE.spec, folder)), SOURCE.integrity);
    const libraries = await readFiles(
      bytes,
      platforms.map(({ entry }) => entry),
    );
    for (const one of platforms) {
      const target = out === undefined ? join(one.folder, 'dist') : resolve(out, `ort-${one.name}`);
      makePackage(one, libraries.get(one.entry), target);
      console.log(`${one.manifest.name}@${one.manifest.version} in ${relative(process.cwd(), target)}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
