import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { OrtError, OrtUnavailableError } from './errors.js';

/** An error of the other build, made where `Error` is another one, as in Jest. */
const ofOtherRealm = (name: string) =>
  runInNewContext(`Object.assign(new Error('x'), { name: ${JSON.stringify(name)} })`) as unknown;

describe.each([
  ['OrtError', OrtError],
  ['OrtUnavailableError', OrtUnavailableError],
] as const)('%s', (name, kind) => {
  test('is told in every realm', () => {
    expect(ofOtherRealm(name) instanceof Error).toBe(false);
    expect(ofOtherRealm(name) instanceof kind).toBe(true);
    expect(new OrtError(1, 'x') instanceof kind).toBe(kind === OrtError);
    expect(new OrtUnavailableError('DISABLED', 'x') instanceof kind).toBe(kind === OrtUnavailableError);
  });

  test('is nothing else', () => {
    for (const other of [ofOtherRealm('Error'), new Error(name), name, null, undefined, 5, {}]) {
      expect(other instanceof (kind as unknown as ErrorConstructor)).toBe(false);
    }
  });
});
