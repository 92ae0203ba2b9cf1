import type { State } from '../state.js';

/** Returns where two states differ in a bit, in words; nothing when they do not. */
export function stateDifference(a: State, b: State): string | undefined {
  const names = new Set([...Object.keys(a.arrays), ...Object.keys(b.arrays)]);
  for (const name of names) {
    const [x, y] = [a.arrays[name], b.arrays[name]];
    if (x === undefined || y === undefined) return `the array '${name}' is in one of them only`;
    if (x.data.constructor !== y.data.constructor || String(x.shape) !== String(y.shape)) {
      return `the array '${name}' is ${x.data.constructor.name} [${x.shape}] and ${y.data.constructor.name} [${y.shape}]`;
    }
    const [left, right] = [bytesOf(x.data), bytesOf(y.data)];
    const at = left.findIndex((byte, i) => byte !== right[i]);
    if (at >= 0) {
      const i = Math.floor(at / x.data.BYTES_PER_ELEMENT);
      return `the array '${name}' has ${x.data[i]} and ${y.data[i]} at ${i}`;
    }
  }
  const [left, right] = [JSON.stringify(a.values), JSON.stringify(b.values)];
  return left === right ? undefined : `the values are ${left} and ${right}`;
}

/** Returns a copy that shares nothing with `state`, its values as they come back from a file. */
export function copyState({ arrays, values }: State): State {
  const copies = Object.entries(arrays).map(([name, { shape, data }]) => [
    name,
    { shape: [...shape], data: data.slice() },
  ]);
  return { arrays: Object.fromEntries(copies), values: JSON.parse(JSON.stringify(values)) };
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
