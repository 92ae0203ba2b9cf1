import fc from 'fast-check';
import { expect, it } from 'vitest';
import { geometries, inputSize } from '../../test/simd/geometry.js';
import { randomValues, Sandbox } from '../../test/simd/sandbox.js';

const sandbox = new Sandbox();

it('patches are the pixels under the filter, from any output pixel to any other', () => {
  fc.assert(
    fc.property(geometries(3, 5), fc.integer(), fc.nat(), fc.nat(), ({ padInfo, batchSize, ...g }, seed, a, b) => {
      sandbox.reset();
      const geometry = { ...g, batch: batchSize, padTop: padInfo.top, padLeft: padInfo.left };
      const pixels = batchSize * g.outHeight * g.outWidth;
      const first = a % pixels;
      const count = 1 + (b % (pixels - first));
      const width = g.filterHeight * g.filterWidth * g.inChannels;
      const x = sandbox.tensor(randomValues(inputSize({ ...g, batchSize, padInfo }), seed));
      const out = sandbox.tensor(count * width);
      sandbox.kernels.patches.gather(x.address, out.address, first, count, geometry);
      sandbox.expectGuardsIntact();

      const pixelOf = (index: number, p: number, q: number, c: number) => {
        const column = (index % g.outWidth) * g.strideWidth - padInfo.left + q * g.dilationWidth;
        const row =
          (Math.floor(index / g.outWidth) % g.outHeight) * g.strideHeight - padInfo.top + p * g.dilationHeight;
        const image = Math.floor(index / g.outWidth / g.outHeight);
        if (row < 0 || row >= g.inHeight || column < 0 || column >= g.inWidth) return 0;
        return x.values[((image * g.inHeight + row) * g.inWidth + column) * g.inChannels + c]!;
      };
      const expected: number[] = [];
      for (let i = first; i < first + count; i++) {
        for (let p = 0; p < g.filterHeight; p++) {
          for (let q = 0; q < g.filterWidth; q++) {
            for (let c = 0; c < g.inChannels; c++) expected.push(pixelOf(i, p, q, c));
          }
        }
      }
      expect(Array.from(out.values)).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});
