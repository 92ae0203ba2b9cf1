/** A kernel asked for more memory than the arena has left. The call is then left to the cpu kernel of that name. */
export class ArenaExhaustedError extends Error {
  override readonly name = 'ArenaExhaustedError';

  constructor(floats: number, capacity: number) {
    super(
      `[ort] ${floats} floats do not fit into what is left of ${capacity} bytes: dispose tensors, use smaller batches, ` +
        'or raise memoryLimit in registerOrtBackend',
    );
  }
}
