import type { NpmSettings } from './npm-settings.js';

/**
 * The proxy that a request goes through, for messages: its address without user name and password.
 *
 * @returns undefined where there is none, or where the host is excepted from it.
 */
export function proxyFor(url: string, { httpsProxy, proxy, noProxy }: NpmSettings): string | undefined {
  const address = httpsProxy || proxy;
  if (!address || isExcepted(new URL(url).hostname, noProxy)) return undefined;
  const { protocol, host } = URL.canParse(address) ? new URL(address) : { protocol: '', host: '' };
  return host === '' ? "of npm's settings" : `${protocol}//${host}`;
}

/** As npm does it: by whole parts of the name, from its end. */
function isExcepted(hostname: string, noProxy: NpmSettings['noProxy']): boolean {
  const partsOf = (name: string) => name.trim().split('.').filter(Boolean).reverse();
  const parts = partsOf(hostname);
  return [noProxy ?? []]
    .flat()
    .flatMap((list) => list.split(','))
    .map(partsOf)
    .some((excepted) => excepted.length > 0 && excepted.every((part, index) => parts[index] === part));
}
