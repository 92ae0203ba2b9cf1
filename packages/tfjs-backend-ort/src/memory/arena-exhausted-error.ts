/**
 * A tensor or a kernel's working memory does not fit into the memory left for tensors.
 *
 * Dispose tensors, use smaller batches, or register the backend with a larger `memoryLimit`.
 */
export class ArenaExhaustedError extends Error {
  override readonly name = 'ArenaExhaustedError';
  /** Requested bytes. */
  readonly bytesNeeded: number;
  /** Bytes of the whole memory, in use or not. */
  readonly bytesReserved: number;

  constructor(bytesNeeded: number, bytesReserved: number, bytesInUse: number) {
    super(
      `[ort] the memory for tensors is full: ${mebibytes(bytesNeeded)} more do not fit beside the ` +
        `${mebibytes(bytesInUse)} in use of ${mebibytes(bytesReserved)}. Use smaller batches, dispose tensors, or ` +
        'register the backend with a larger memoryLimit (up to 4 GiB)',
    );
    this.bytesNeeded = bytesNeeded;
    this.bytesReserved = bytesReserved;
  }
}

function mebibytes(bytes: number): string {
  const size = bytes / 2 ** 20;
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} MiB`;
}
