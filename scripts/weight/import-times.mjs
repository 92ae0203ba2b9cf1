import { filesLoadedBy, importCode, packageOfFile, runInPackage } from './import-process.mjs';

/**
 * Measures the cost of importing an entry.
 *
 * @param {import('./entry-points.mjs').EntryPoint} entry
 * @param {import('./import-process.mjs').Format} format
 * @param {number} rounds processes with the import, and as many without
 * @returns {Promise<{ milliseconds: number, modules: number, packages: string[] }>} the median time of a fresh process
 * that imports it, less that of one that does nothing; the number of files loaded; the other packages that they are of
 */
export async function importCost({ specifier, folder, manifest }, format, rounds) {
  const code = importCode(specifier, format);
  const { files } = await filesLoadedBy(code, { folder, format });
  const packages = [...new Set(files.map(packageOfFile))].filter((name) => name !== manifest.name);
  const [bare, full] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    bare.push((await runInPackage('', { folder, format })).milliseconds);
    full.push((await runInPackage(code, { folder, format })).milliseconds);
  }
  return { milliseconds: Math.max(0, median(full) - median(bare)), modules: files.length, packages };
}

/** @param {number[]} values */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
