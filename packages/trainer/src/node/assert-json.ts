/** Levels of arrays and objects that JSON.stringify is sure to go down. */
const DEEPEST = 500;

/**
 * Throws unless `value` comes back from JSON as it went in: `null`, booleans, finite numbers, text, and plain arrays and
 * objects of these. Properties that are `undefined` are left out, and -0 comes back as 0.
 *
 * @param path where the value is, for the message of the TypeError.
 * @param depth in how many others it is.
 */
export function assertJson(value: unknown, path: string, depth = 0): void {
  if (depth > DEEPEST) {
    throw new TypeError(
      `${path.slice(0, 60)}… is an object within more than ${DEEPEST} others: flatten it before it is saved.`,
    );
  }
  if (value === null || typeof value === 'boolean' || typeof value === 'string' || Number.isFinite(value)) return;
  if (Array.isArray(value)) {
    value.forEach((item, i) => {
      assertJson(item, `${path}[${i}]`, depth + 1);
    });
    return;
  }
  if (isPlainObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      if (item !== undefined) assertJson(item, `${path}.${key}`, depth + 1);
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
