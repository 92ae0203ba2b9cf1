/** Returns whether an address is of this machine for itself. */
export function isOwnAddress(address: string): boolean {
  return /^(127\.|\[::1\]$)/.test(address);
}
