import type { Registry } from './registry.js';
import { root } from './root.js';
import { type Outcome, run } from './run.js';

/** A proxy that npm is told to use does not know this machine's loopback. */
export const direct = {
  NO_PROXY: [process.env.NO_PROXY ?? process.env.no_proxy, '127.0.0.1'].filter(Boolean).join(','),
};

/** Runs `pnpm release` to a registry, with the present versions, the library of Linux on x64 and no weights. */
export function release({ url, token }: Pick<Registry, 'url' | 'token'>, ...args: string[]): Promise<Outcome> {
  // The settings of .npmrc, one per line: npm reads such names from the environment too, beside the user's own files.
  const settings = {
    'npm_config_@cifarlab:registry': url,
    [`npm_config_${url.replace('http:', '')}:_authToken`]: token,
    // A server on loopback that does not answer now will not answer later.
    npm_config_fetch_retries: '0',
  };
  const command = ['scripts/release.mjs', '--as-is', '--platform', 'linux-x64', '--without-weights', ...args];
  return run([process.execPath, ...command], root, { ...settings, ...direct });
}
