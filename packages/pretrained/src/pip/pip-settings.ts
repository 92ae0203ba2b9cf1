import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reasonOf, systemCode } from '@cifarlab/internals/reasons';
import { PretrainedError } from '../error.js';
import { type PipPlace, pipConfigFiles } from './config-files.js';
import { type PipConfig, parsePipConfig } from './parse-config.js';

/** The index that pip uses where nothing else is configured. */
const DEFAULT_INDEX = 'https://pypi.org/simple';

/** The network settings that pip would install with here. */
export interface PipSettings {
  /** Addresses of package indexes, the first one first; they may have credentials. None with `no-index`. */
  readonly indexes: readonly string[];
  /** Folders on this machine that have wheels in them. */
  readonly folders: readonly string[];
  /** The proxies, and the hosts that are excepted from them. */
  readonly proxy: string | undefined;
  readonly httpsProxy: string | undefined;
  readonly noProxy: string | undefined;
  /** A file with the certificates to trust, instead of Node's. */
  readonly certificates: string | undefined;
  /** Hosts, with or without a port, whose certificates are not checked. */
  readonly trustedHosts: readonly string[];
}

/**
 * Reads pip's configuration as `pip install` does: `PIP_…` variables, then the section `[install]`, then `[global]` of its
 * configuration files; and the variables of proxies and certificates that pip honours.
 *
 * @throws {PretrainedError} `INVALID_OPTION` when a configuration file cannot be read.
 */
export async function readPipSettings(
  place: PipPlace = { environment: process.env, platform: process.platform, home: homedir() },
): Promise<PipSettings> {
  const { environment } = place;
  const configs: PipConfig[] = [];
  for (const file of pipConfigFiles(place)) {
    const text = await textOf(file);
    if (text !== undefined) configs.push(parsePipConfig(text));
  }
  const option = (name: string): string | undefined => {
    const variable = environment[`PIP_${name.toUpperCase().replaceAll('-', '_')}`];
    if (variable) return variable;
    for (const section of ['install', 'global']) {
      const value = configs.map((config) => config.get(section)?.get(name)).findLast(Boolean);
      if (value) return value;
    }
    return undefined;
  };
  const words = (name: string) => option(name)?.split(/\s+/).filter(Boolean) ?? [];
  const [proxy, httpsProxy, noProxy] = [['http_proxy', 'all_proxy'], ['https_proxy', 'all_proxy'], ['no_proxy']].map(
    (names) => names.map((name) => environment[name] || environment[name.toUpperCase()]).find(Boolean),
  );
  const own = option('proxy');
  const { REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE } = environment;
  return {
    indexes: isTrue(option('no-index')) ? [] : [option('index-url') ?? DEFAULT_INDEX, ...words('extra-index-url')],
    folders: words('find-links').flatMap(folderOf),
    proxy: own ?? proxy,
    httpsProxy: own ?? httpsProxy,
    noProxy: own === undefined ? noProxy : undefined,
    certificates: option('cert') || REQUESTS_CA_BUNDLE || CURL_CA_BUNDLE || undefined,
    trustedHosts: words('trusted-host'),
  };
}

/** Addresses of pages with links are left out: pip asks the indexes for them. */
function folderOf(link: string): string[] {
  if (/^file:/i.test(link)) return [fileURLToPath(link)];
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(link) ? [] : [resolve(link)];
}

/** Returns whether pip takes a value for a yes. */
function isTrue(value: string | undefined): boolean {
  return ['y', 'yes', 't', 'true', 'on', '1'].includes(value?.toLowerCase() ?? '');
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(systemCode(error) ?? '')) return undefined;
    throw new PretrainedError('INVALID_OPTION', `pip's configuration ${file} cannot be read: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}
