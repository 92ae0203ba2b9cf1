import { GemmEngineError } from '@cifarlab/gemm';

/** Why an engine is not to be had, on one line and without the name of the package that says it. */
export function reasonOf(error: unknown): string {
  if (error instanceof GemmEngineError && error.cause !== undefined) return reasonOf(error.cause);
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(/\s*\n\s*/g, ' ')
    .replace(/^\[[\w-]+\] /, '')
    .trim();
}
