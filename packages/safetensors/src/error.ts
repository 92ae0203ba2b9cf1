/**
 * An error in the bytes or tensors given: what is wrong, which rule of the format it breaks, and what to do about it.
 */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
}
