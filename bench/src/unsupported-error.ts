/** The engine cannot be used here, or does not have the workload; the message is the reason. */
export class UnsupportedError extends Error {
  override name = 'UnsupportedError';
}
