/// <reference path="./untyped.d.ts" />
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Config from '@npmcli/config';
import npm from '@npmcli/config/lib/definitions/index.js';

/**
 * The network settings that npm itself would use here, under the names that npm's own libraries take: registry, proxy,
 * certificates, credentials, cache.
 */
export interface NpmSettings {
  readonly registry: string;
  readonly proxy?: string | null;
  readonly httpsProxy?: string | null;
  readonly noProxy?: string | string[];
  readonly ca?: string | string[] | null;
  readonly cert?: string | null;
  readonly key?: string | null;
  readonly strictSSL?: boolean;
  readonly localAddress?: string | null;
  /** Milliseconds that a connection may be silent. */
  readonly timeout?: number;
  readonly [option: string]: unknown;
}

/**
 * Reads npm's configuration as npm does: `npm_config_*` and proxy variables, then the `.npmrc` of the project, of the
 * user and of the installation.
 *
 * @param cwd the folder whose project it is.
 */
export async function readNpmSettings(
  env: NodeJS.ProcessEnv = process.env,
  cwd: string = process.cwd(),
): Promise<NpmSettings> {
  const config = new Config({
    npmPath: npmFolder(env),
    definitions: npm.definitions,
    shorthands: npm.shorthands,
    flatten: npm.flatten,
    argv: [],
    // Loading fills in npm's own variables, which must not leak into this process.
    env: { ...env },
    cwd,
  });
  await config.load();
  return keepingEnvironment(() => ({ ...config.flat }) as NpmSettings);
}

/** Flattening npm's configuration writes to `process.env`; this takes those changes back. */
function keepingEnvironment<T>(work: () => T): T {
  const before = { ...process.env };
  try {
    return work();
  } finally {
    for (const name of Object.keys(process.env)) {
      if (!(name in before)) delete process.env[name];
    }
    Object.assign(process.env, before);
  }
}

/** Returns where npm is installed; its built-in configuration lies there. */
function npmFolder(env: NodeJS.ProcessEnv): string {
  const beside = dirname(process.execPath);
  const candidates = [
    join(beside, 'node_modules', 'npm'),
    join(beside, '..', 'lib', 'node_modules', 'npm'),
    ...(env.npm_execpath ? [dirname(dirname(env.npm_execpath))] : []),
  ];
  return candidates.find((folder) => existsSync(join(folder, 'package.json'))) ?? candidates[0]!;
}
