/** The peers in Python could not be installed; the message says why, and what to do. */
export class PeersError extends Error {
  override name = 'PeersError';
}
