import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { pythonWith } from '../test/support/python.js';
import { encodeTorchWeights, readTorchWeights } from './index.js';

const weights = {
  'conv.weight': { shape: [2, 1, 3, 1], data: Float32Array.of(1, -2, 0.5, 3, 1e-30, Number.POSITIVE_INFINITY) },
  'größe.日本': { shape: [], data: Float32Array.of(7) },
  empty: { shape: [0, 3], data: new Float32Array() },
  exact: { shape: [2], data: Float64Array.of(Math.PI, 1e300) },
};

it('writes what readTorchWeights reads, in the same order, float64 rounded', async () => {
  const read = await readTorchWeights(await encodeTorchWeights(weights));
  expect(Object.keys(read)).toEqual(Object.keys(weights));
  for (const [name, { shape, data }] of Object.entries(weights)) {
    expect(read[name]).toEqual({ shape, data: Float32Array.from(data) });
  }
});

it('writes any names, shapes and numbers', async () => {
  const tensor = fc
    .array(fc.nat(4), { maxLength: 4 })
    .chain((shape) =>
      fc
        .float32Array({ minLength: count(shape), maxLength: count(shape), noNaN: true })
        .map((data) => ({ shape, data: Float32Array.from(data) })),
    );
  // Names that all start with a prefix of a wrapped module lose it when they are read.
  const name = fc.string({ minLength: 1, unit: 'grapheme' }).map((text) => `w${text}`);
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, tensor, { minKeys: 1 }), async (state) => {
      expect(await readTorchWeights(await encodeTorchWeights(state))).toEqual({ ...state });
    }),
    { numRuns: 30 },
  );
});

it('makes the same bytes of the same weights', async () => {
  expect(await encodeTorchWeights(weights)).toEqual(await encodeTorchWeights(weights));
});

test.each([
  ['other numbers', { shape: [1], data: Int32Array.of(1) }, /"w" must be a Float32Array or a Float64Array/],
  ['too few numbers', { shape: [2, 2], data: new Float32Array(3) }, /"w" has the shape \[2, 2\] and 3 numbers/],
  ['a broken shape', { shape: [-1, -3], data: new Float32Array(3) }, /"w" has the shape \[-1, -3\]/],
])('refuses %s', async (_, tensor, message) => {
  await expect(encodeTorchWeights({ w: tensor } as never)).rejects.toThrow(message);
});

const python = pythonWith(['torch']);

describe.skipIf('reason' in python)(`PyTorch${'reason' in python ? ` (skipped: ${python.reason})` : ''}`, () => {
  it('loads them with weights_only', { timeout: 120_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cifarlab-torch-'));
    try {
      const file = join(folder, 'weights.pth');
      writeFileSync(file, await encodeTorchWeights(weights));
      const script = `
import json, sys, torch
state = torch.load(sys.argv[1], weights_only=True)
print(json.dumps([type(state).__name__] + [
    [name, list(t.shape), str(t.dtype), [repr(float(x)) for x in t.flatten()]] for name, t in state.items()]))
`;
      const output = execFileSync((python as { command: string }).command, ['-c', script, file], { encoding: 'utf8' });
      const [kind, ...tensors] = JSON.parse(output) as [string, ...[string, number[], string, string[]][]];
      expect(kind).toBe('OrderedDict');
      expect(tensors.map(([name]) => name)).toEqual(Object.keys(weights));
      for (const [name, shape, dtype, values] of tensors) {
        const own = weights[name as keyof typeof weights];
        expect(shape).toEqual(own.shape);
        expect(dtype).toBe(own.data instanceof Float32Array ? 'torch.float32' : 'torch.float64');
        const numbers = values.map((text) => (text === 'inf' ? Number.POSITIVE_INFINITY : Number(text)));
        expect(numbers).toEqual(Array.from(own.data));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
