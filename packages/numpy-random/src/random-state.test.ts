import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RandomState } from './index.js';

interface StateSummary {
  position: number;
  hasGauss: boolean;
  cachedGaussian: number;
  checksum: number;
}

interface NumpyCase {
  seed: number | number[];
  seeded: StateSummary;
  random: number[];
  normal: [number, number, number];
  afterNormal: StateSummary;
  randint: [low: number, high: number, values: number[]][];
  randintScalar: [low: number, high: number, values: number[]][];
  choice: [n: number, values: number[]][];
  uniform: [low: number, high: number, values: number[]][];
  randn: number[];
  permutation: [n: number, order: number[]][];
  normals: number[];
  final: StateSummary;
}

const readJson = (name: string) => JSON.parse(readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8'));

/** V8's logarithm and glibc's differ in the last bit here and there. */
const toTheLastBits = (values: number[]) =>
  values.map((value) => expect.closeTo(value, 13 - Math.ceil(Math.log10(Math.abs(value)))));

const times = <T>(count: number, draw: () => T): T[] => Array.from({ length: count }, draw);

function summary(rng: RandomState): StateSummary {
  const { key, position, hasGauss, cachedGaussian } = rng.getState();
  const checksum = key.reduce((sum, word) => (Math.imul(sum, 31) + word) >>> 0, 0);
  return { position, hasGauss, cachedGaussian, checksum };
}

const numpyCases: NumpyCase[] = readJson('numpy-random.json');

describe.each(numpyCases.map((numpy) => ({ name: JSON.stringify(numpy.seed).slice(0, 40), numpy })))(
  'equals NumPy bit for bit, seed $name',
  ({ numpy }) => {
    it('in every method, one after the other on one stream', () => {
      const rng = new RandomState(numpy.seed);
      expect(summary(rng)).toEqual(numpy.seeded);
      expect(times(5, () => rng.random())).toEqual(numpy.random);
      expect([rng.normal(), rng.normal(3, 0.5), rng.normal(-1e4, 1e-4)]).toEqual(toTheLastBits(numpy.normal));
      expect(summary(rng)).toMatchObject({
        position: numpy.afterNormal.position,
        checksum: numpy.afterNormal.checksum,
      });
      for (const [low, high, values] of [...numpy.randint, ...numpy.randintScalar]) {
        expect(times(values.length, () => rng.randint(low, high))).toEqual(values);
      }
      for (const [n, values] of numpy.choice) expect(times(values.length, () => rng.choice(n))).toEqual(values);
      for (const [low, high, values] of numpy.uniform) {
        expect(times(values.length, () => rng.uniform(low, high))).toEqual(values);
      }
      expect(Array.from(rng.normals(6))).toEqual(toTheLastBits(numpy.randn));
      for (const [n, order] of numpy.permutation) expect(Array.from(rng.permutation(n))).toEqual(order);
      expect(Array.from(rng.normals(41, 0, 1e-4))).toEqual(toTheLastBits(numpy.normals));
      expect(summary(rng)).toMatchObject({ position: numpy.final.position, checksum: numpy.final.checksum });
    });
  },
);

describe('the golden values of the practical', () => {
  it.each(readJson('numpy-legacy-rng.json') as { seed: number; [name: string]: unknown }[])('seed $seed', (golden) => {
    const rng = new RandomState(golden.seed);
    expect(Array.from(rng.normals(7, 0, 1e-4))).toEqual(golden.normal7_std1e_4);
    const ten = times(10, () => 0).map((_, i) => i);
    rng.shuffle(ten);
    expect(ten).toEqual(golden.shuffle10);
    const order = new Int32Array(50000).map((_, i) => i);
    rng.shuffle(order);
    expect(Array.from(order.subarray(0, 20))).toEqual(golden.shuffle50000_first20);
    expect(Array.from(order.subarray(-5))).toEqual(golden.shuffle50000_last5);
    expect(times(3, () => rng.normal())).toEqual(golden.then_normal3);
  });
});
