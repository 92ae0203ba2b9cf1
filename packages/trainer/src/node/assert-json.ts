/**
 * Throws unless `value` comes back from JSON as it went in: `null`, booleans, finite numbers, text, and plain arrays and
 * objects of these. Properties that are `undefined` are left out, and -0 comes back as 0.
 *
 * @param path where the value is, for the message of the TypeError.
 */
export function assertJson(value: unknown, path: string): void {
  if (value === null || typeof value === 'boolean' || typeof value === 'string' || Number.isFinite(value)) return;
  if (Array.isArray(value)) {
    value.forEach((item, i) => {
      assertJson(item, `${path}[${i}]`);
    });
    return;
  }
  if (isPlainObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      if (item !== undefined) assertJson(item, `${path}.${key}`);
    }
    return;
  }
  const got = ArrayBuffer.isView(value)
    ? 'a typed array, which belongs into arrays'
    : typeof value === 'object'
      ? `an instance of ${value?.constructor?.name ?? 'an unknown class'}`
      : `${typeof value === 'number' ? value : `a value of type ${typeof value}`}`;
  throw new TypeError(`${path} is ${got}, and JSON cannot hold it: convert it before it is saved.`);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}
