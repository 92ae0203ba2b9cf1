// @ts-check
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.mjs';

/**
 * @typedef {object} Manifest what a release reads of a package.json
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {string} [type]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [optionalDependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, string>} [scripts]
 * @property {{ access?: string, directory?: string }} [publishConfig]
 *
 * @typedef {object} PublicPackage
 * @property {string} name
 * @property {string} version
 * @property {string} folder
 * @property {Manifest} manifest
 */

/** @returns {PublicPackage[]} the packages of this repository that are published, each after all that it depends on */
export function publicPackages() {
  const packages = ['packages', 'apps'].flatMap((group) =>
    readdirSync(join(root, group))
      .map((name) => join(root, group, name))
      .filter((folder) => existsSync(join(folder, 'package.json')))
      .map((folder) => {
        /** @type {Manifest} */
        const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
        return { name: manifest.name, version: manifest.version, folder, manifest };
      })
      .filter(({ manifest }) => !manifest.private),
  );
  return inDependencyOrder(packages);
}

/** @param {Manifest} manifest @returns {string[]} the names that an installation brings along or asks for */
export function requirements({ dependencies, optionalDependencies, peerDependencies }) {
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
}

/**
 * @template {{ name: string, manifest: Manifest }} P
 * @param {readonly P[]} packages
 * @returns {P[]}
 * @throws {Error} when they depend on each other in a circle
 */
export function inDependencyOrder(packages) {
  const byName = new Map(packages.map((one) => [one.name, one]));
  /** @type {Set<P>} */
  const ordered = new Set();
  /** @param {P} one @param {string[]} path */
  const visit = (one, path) => {
    if (ordered.has(one)) return;
    const names = [...path, one.name];
    if (path.includes(one.name)) throw new Error(`These packages depend on each other: ${names.join(' -> ')}.`);
    for (const name of requirements(one.manifest)) {
      const next = byName.get(name);
      if (next) visit(next, names);
    }
    ordered.add(one);
  };
  for (const one of packages) visit(one, []);
  return [...ordered];
}
