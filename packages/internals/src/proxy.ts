/** A proxy as in settings: one for https, one for all, and the hosts that are excepted. */
export interface ProxySettings {
  readonly httpsProxy?: string | null | undefined;
  readonly proxy?: string | null | undefined;
  readonly noProxy?: string | readonly string[] | undefined;
}

/**
 * Returns the proxy that a request goes through, for messages: its address without user name and password.
 *
 * @param whose the words for where an invalid address comes from: "of npm's settings".
 * @returns undefined if there is none, or if the host is excepted from it.
 */
export function proxyFor(
  url: string,
  { httpsProxy, proxy, noProxy }: ProxySettings,
  whose: string,
): string | undefined {
  const address = httpsProxy || proxy;
  if (!address || isExcepted(new URL(url).hostname, noProxy)) return undefined;
  const { protocol, host } = URL.canParse(address) ? new URL(address) : { protocol: '', host: '' };
  return host === '' ? whose : `${protocol}//${host}`;
}

/** Returns whether a host is excepted, by npm's rule: by whole parts of the name, from its end. */
function isExcepted(hostname: string, noProxy: ProxySettings['noProxy']): boolean {
  const partsOf = (name: string) => name.trim().split('.').filter(Boolean).reverse();
  const parts = partsOf(hostname);
  return [noProxy ?? []]
    .flat()
    .flatMap((list) => list.split(','))
    .map(partsOf)
    .some((excepted) => excepted.length > 0 && excepted.every((part, index) => parts[index] === part));
}
