import { isIP, isIPv6 } from 'node:net';

/** Headers of answers by which a page takes nothing from elsewhere, and nobody else shows it. */
export const guardedHeaders: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/**
 * Returns whether the header `Host` of a request names this server: by a numeric address, as `localhost`, or by one of
 * `names`. A page of another site can have a name of its own lead here (DNS rebinding), and must not read what is here.
 *
 * @param names in lower case.
 */
export function isOwnName(host: string | undefined, names: ReadonlySet<string>): boolean {
  if (host === undefined) return false;
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return name === 'localhost' || names.has(name) || isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0;
}

/** Parses the target of a request, a path with its query; undefined for anything else, such as `//host` or `http://host`. */
export function parseTarget(url: string): URL | undefined {
  if (!/^\/(?!\/)/.test(url)) return undefined;
  try {
    return new URL(url, 'http://localhost');
  } catch {
    return undefined;
  }
}

/** Returns the address of a server, without a path. */
export function originOf({ address, port }: { address: string; port: number }): string {
  return `http://${isIPv6(address) ? `[${address}]` : address}:${port}`;
}

/** Says why a server cannot listen at a port, and what to do. */
export function cannotListen(host: string, port: number, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'EADDRINUSE') return `port ${port} is in use by another process; choose another one, or 0 for any`;
  if (code === 'EACCES') return `port ${port} may not be used by this process; choose one above 1023, or 0 for any`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return `${host} is not an address of this machine; use 127.0.0.1 for this machine only`;
  }
  return `nothing can be served at ${host}, port ${port}: ${message}`;
}
