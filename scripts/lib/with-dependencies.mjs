// @ts-check
/** @import { PublicPackage } from './public-packages.mjs' */

/**
 * Packages by name, with those of this repository that they depend on.
 *
 * @param {readonly string[]} names with or without the scope: `layernorm`
 * @param {readonly PublicPackage[]} packages all that there are
 * @returns {PublicPackage[]} in the order of `packages`
 * @throws {Error} for a name that no package has.
 */
export function withDependencies(names, packages) {
  const chosen = new Set();
  /** @param {string} name */
  const add = (name) => {
    const found = packages.find((one) => one.name === name);
    if (found === undefined || chosen.has(found)) return;
    chosen.add(found);
    for (const dependency of Object.keys(found.manifest.dependencies ?? {})) add(dependency);
  };
  for (const name of names) {
    const full = name.startsWith('@') ? name : `@cifarlab/${name}`;
    if (!packages.some((one) => one.name === full)) {
      throw new Error(`There is no package ${name}; there are ${packages.map((one) => one.name).join(', ')}.`);
    }
    add(full);
  }
  return packages.filter((one) => chosen.has(one));
}
