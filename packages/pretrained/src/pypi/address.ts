/** Returns an address as messages show it: without user name, password, query and fragment. */
export function shownAddress(address: string): string {
  if (!URL.canParse(address)) return 'something that is not an address';
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname}`;
}

/**
 * Returns a text without the credentials and queries of addresses in it: libraries put whole addresses into their
 * messages.
 */
export function withoutSecrets(text: string): string {
  return text
    .replace(/(https?:\/\/)[^\s/@]*@/gi, '$1')
    .replace(/(https?:\/\/[^\s?#,;()"'<>]*)[?#][^\s,;()"'<>]*/gi, '$1');
}

/** Returns an address without its credentials, and these in the form of a header. */
export function withoutCredentials(address: string): { url: string; authorization: string | undefined } {
  const url = new URL(address);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  if (username === '' && password === '') return { url: url.href, authorization: undefined };
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { url: url.href, authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}
