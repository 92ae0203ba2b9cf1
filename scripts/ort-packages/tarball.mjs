// @ts-check
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Parser } from 'tar';
import { npm } from '../lib/npm.mjs';

const MIB = 1024 ** 2;

/** Twice to three times what the published tarball holds: 113 MB packed, 318 MB unpacked, its largest file 46 MB. */
const LIMITS = { packed: 256 * MIB, unpacked: 768 * MIB, file: 128 * MIB };

/**
 * Fetches a package's tarball as npm does, with the user's registry, proxy and credentials; none of its scripts runs.
 *
 * @param {string} spec name@version
 * @param {string} folder where the file is put
 * @returns {Promise<string>} the file
 */
export async function fetchTarball(spec, folder) {
  const args = ['pack', spec, '--ignore-scripts', '--json', '--pack-destination', folder];
  const { code, stdout, stderr } = await npm(args, folder);
  if (code !== 0) throw new Error(`npm pack ${spec} failed (${code}):\n${stderr}`);
  const [packed] = JSON.parse(stdout);
  return join(folder, packed.filename);
}

/**
 * Reads a tarball whole and compares it with its integrity: nothing looks into it before.
 *
 * @param {string} file
 * @param {string} integrity `sha512-` and the digest in base64
 * @returns {Buffer} the compressed bytes
 * @throws {Error} when they are not the expected ones
 */
export function readVerified(file, integrity) {
  const { size } = statSync(file);
  if (size > LIMITS.packed) {
    throw new Error(`${file} has ${size} bytes, more than ${LIMITS.packed}; give the tarball that npm's registry has.`);
  }
  const bytes = readFileSync(file);
  const actual = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  if (actual !== integrity) {
    throw new Error(
      `${file} has the integrity ${actual}, expected ${integrity}; clear npm's cache (npm cache clean --force) or use another registry.`,
    );
  }
  return bytes;
}

/**
 * Reads files out of a `.tar.gz` into memory; nothing is written. Absolute names, names that climb out with `..`, links,
 * devices, and more or larger files than the limits allow make the whole archive refused.
 *
 * @param {Uint8Array} tarball
 * @param {string[]} wanted names in the archive
 * @param {{ unpacked: number, file: number }} [limits] in bytes
 * @returns {Promise<Map<string, Buffer>>} the bytes of every wanted name
 * @throws {Error} for an archive that is refused, broken, or lacks a file
 */
export async function readFiles(tarball, wanted, limits = LIMITS) {
  /** @type {Map<string, Buffer>} */
  const files = new Map();
  /** @type {Error | undefined} */
  let failure;
  const parser = new Parser({ strict: true, brotli: false, zstd: false });
  parser.on('error', (error) => {
    failure ??= new Error(`The tarball is broken: ${error instanceof Error ? error.message : error}.`);
  });
  parser.on('entry', (entry) => {
    const problem = problemOf(entry, limits.file);
    if (problem) failure ??= new Error(`The tarball is refused: ${problem}.`);
    if (failure || !wanted.includes(entry.path)) {
      entry.resume();
      return;
    }
    /** @type {Uint8Array[]} */
    const chunks = [];
    entry.on('data', (/** @type {Uint8Array} */ chunk) => chunks.push(chunk));
    entry.on('end', () => files.set(entry.path, Buffer.concat(chunks)));
  });

  let unpacked = 0;
  const source = Readable.from([tarball]).pipe(createGunzip({ chunkSize: MIB }));
  for await (const chunk of source) {
    unpacked += chunk.length;
    if (unpacked > limits.unpacked) throw new Error(`The tarball unpacks to more than ${limits.unpacked} bytes.`);
    parser.write(chunk);
    if (failure) throw failure;
  }
  parser.end();
  if (failure) throw failure;

  const missing = wanted.filter((name) => !files.has(name));
  if (missing.length > 0) throw new Error(`The tarball lacks ${missing.join(', ')}.`);
  return files;
}

/**
 * @param {import('tar').ReadEntry} entry
 * @param {number} largest
 */
function problemOf({ path, type, size }, largest) {
  const shown = JSON.stringify(path);
  if (/^[/\\]|^[a-zA-Z]:|(^|[/\\])\.\.([/\\]|$)/.test(path)) return `the name ${shown} points outside the archive`;
  if (!['File', 'OldFile', 'ContiguousFile', 'Directory'].includes(type)) return `${shown} is of the kind ${type}`;
  if (size > largest) return `${shown} holds ${size} bytes, more than ${largest}`;
  return undefined;
}
