// @ts-check
import { posix } from 'node:path';

/**
 * Returns what must not leave in a tarball, or is missing from it.
 *
 * @param {import('./pack.mjs').Tarball} tarball
 * @returns {string[]} one line for each problem; empty when there is none
 */
export function problemsOf({ files, manifest }) {
  const problems = ['LICENSE', 'README.md'].filter((name) => !files.has(name)).map((name) => `${name} is missing`);
  if (!['module', 'commonjs'].includes(manifest.type ?? '')) {
    problems.push(`package.json has the type ${manifest.type}; say module or commonjs`);
  }
  for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) {
    if (manifest.scripts?.[name]) problems.push(`package.json has the script ${name}, which runs at install time`);
  }
  const ranges = Object.entries({
    ...manifest.dependencies,
    ...manifest.optionalDependencies,
    ...manifest.peerDependencies,
  });
  for (const [name, range] of ranges) {
    if (/^(workspace|file|link|catalog):/.test(range)) problems.push(`package.json asks for ${name}@${range}`);
  }
  for (const [path, content] of files) {
    if (/\.test\.|(^|\/)(fixtures|test|__tests__)\/|(^|\/)\.|\.tsbuildinfo$/.test(path))
      problems.push(`${path} is packed`);
    const notices = noticesFor(path);
    if (notices && !files.has(notices)) problems.push(`${notices} is missing: ${path} is other people's work`);
    if (path.endsWith('.map')) problems.push(...lostSources(path, content, files));
  }
  return problems;
}

/**
 * @param {string} path
 * @returns {string | undefined} the file with the licences of a file that others made
 */
function noticesFor(path) {
  if (/(^|\/)third-party\/[^/]+\.cjs$/.test(path)) return path.replace(/\.cjs$/, '.NOTICES.txt');
  if (/(^|\/)(lib)?onnxruntime\.[^/]+$/.test(path)) return 'ThirdPartyNotices.txt';
  if (/\.safetensors$/.test(path)) return 'NOTICE';
  return undefined;
}

/**
 * @param {string} path of a source map
 * @param {Buffer} content
 * @param {Map<string, Buffer>} files
 */
function lostSources(path, content, files) {
  /** @type {{ sources: string[], sourceRoot?: string, sourcesContent?: (string | null)[] }} */
  const { sources, sourceRoot = '', sourcesContent = [] } = JSON.parse(content.toString());
  return (
    sources
      // The text of what is built in from a private package stands in the map itself.
      .filter((source, i) => !(source.includes('/internals/src/') && typeof sourcesContent[i] === 'string'))
      .map((source) => posix.join(posix.dirname(path), sourceRoot, source))
      .filter((source) => !files.has(source))
      .map((source) => `${path} names ${source}, which is not packed`)
  );
}
