/** Says why something failed, on one line and without the name of the package that says it. */
export function reasonOf(error: unknown): string {
  const { message, name, cause } = (error ?? {}) as Partial<Error>;
  // It only says once more what its cause says.
  if (name === 'GemmEngineError' && cause !== undefined) return reasonOf(cause);
  return (message ?? String(error))
    .replace(/\s*\n\s*/g, ' ')
    .replace(/^\[[\w-]+\] /, '')
    .trim();
}
