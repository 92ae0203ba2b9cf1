import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Returns the path of a file that `make.py` has written. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}

/** Returns its bytes, in memory of their own. */
export function bytesOf(name: string): Uint8Array {
  return Uint8Array.from(readFileSync(fixture(name)));
}

/** The weights as in PyTorch in float32: text, since JSON has no infinities. */
export const EXPECTED: Record<string, Record<string, { shape: number[]; values: string[] }>> = JSON.parse(
  readFileSync(fixture('expected.json'), 'utf8'),
);
