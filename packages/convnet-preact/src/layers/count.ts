/** @throws RangeError unless `value` is an integer of 1 or more. */
export function assertCount(where: string, what: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`${where}: ${what} is ${String(value)}, but an integer of 1 or more is needed.`);
  }
}
