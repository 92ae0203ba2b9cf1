import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { NpmPackage } from '../../src/sources/origins.js';
import { type Handler, serve } from './server.js';
import { temporaryFolder } from './temporary-folder.js';

/** Starts an npm registry on the loopback with one package, and a user's `.npmrc` that names it, with a credential. */
export async function serveRegistry(
  tarball: Uint8Array,
  { name = 'sheets', handler }: { name?: string; handler?: Handler } = {},
): Promise<{ source: NpmPackage; requests: IncomingMessage[]; url: string }> {
  const requests: IncomingMessage[] = [];
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  let url = '';
  const registry: Handler = (request, response) => {
    requests.push(request);
    if (handler !== undefined) {
      handler(request, response);
    } else if (request.url === `/${name}`) {
      const dist = { tarball: `${url}/${name}/-/${name}-1.0.0.tgz`, integrity };
      const version = { name, version: '1.0.0', dist };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ name, 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': version } }));
    } else if (request.url === `/${name}/-/${name}-1.0.0.tgz`) {
      response.end(tarball);
    } else {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not found"}');
    }
  };
  ({ url } = await serve(registry));
  useNpmrc(`registry=${url}/\n//${new URL(url).host}/:_authToken=secret-token\n`);
  return { source: { spec: `${name}@1.0.0`, integrity, size: tarball.length }, requests, url };
}

/** Makes this text the user's npm configuration, with its own cache, until the test ends. */
export function useNpmrc(text: string): void {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'npmrc'), text);
  for (const name of Object.keys(process.env)) {
    if (/^npm_config_|^(https?|no)_proxy$/i.test(name)) vi.stubEnv(name, undefined);
  }
  vi.stubEnv('npm_config_userconfig', join(folder, 'npmrc'));
  vi.stubEnv('npm_config_globalconfig', join(folder, 'none'));
  vi.stubEnv('npm_config_cache', join(folder, 'cache'));
}
