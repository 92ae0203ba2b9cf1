// @ts-check

/**
 * Returns the dist-tag that a version belongs under: `0.2.0-next.1` under `next`, which only `npm install package@next`
 * takes; `0.2.0` under `latest`, and so does `1.30.0-1`, a library packed again.
 *
 * @param {string} version
 */
export function distTag(version) {
  return /^[^-+]+-([a-z][\w-]*)/i.exec(version)?.[1] ?? 'latest';
}
