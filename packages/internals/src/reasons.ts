/** Returns the message of anything that was thrown, on one line. */
export function reasonOf(error: unknown): string {
  // Not `instanceof Error`: in Jest, Node's errors are of another realm.
  const message = (error as Partial<Error> | null)?.message ?? String(error);
  return message.replace(/\s+/g, ' ').trim();
}

/** Returns the `code` of a system error (`ENOENT`, `ECONNREFUSED`, ...), if it has one. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}
