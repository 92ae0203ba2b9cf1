import { proxyFor as proxyOf } from '@cifarlab/internals/proxy';
import type { NpmSettings } from './npm-settings.js';

/**
 * Returns the proxy that a request goes through, for messages: its address without user name and password.
 *
 * @returns undefined if there is none, or if the host is excepted from it.
 */
export function proxyFor(url: string, settings: NpmSettings): string | undefined {
  return proxyOf(url, settings, "of npm's settings");
}
