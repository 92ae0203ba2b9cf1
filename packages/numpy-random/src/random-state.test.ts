import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import ndarray, { type NdArray } from 'ndarray';
import { describe, expect, it } from 'vitest';
import { RandomState, type RandomStateSnapshot } from './index.js';

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

const readJson = (name: string) =>
  JSON.parse(readFileSync(new URL(`../test/fixtures/${name}`, import.meta.url), 'utf8'));

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
      expect([rng.normal(), rng.normal(3, 0.5), rng.normal(-1e4, 1e-4)]).toEqual(numpy.normal);
      expect(summary(rng)).toEqual(numpy.afterNormal);
      for (const [low, high, values] of [...numpy.randint, ...numpy.randintScalar]) {
        expect(times(values.length, () => rng.randint(low, high))).toEqual(values);
      }
      for (const [n, values] of numpy.choice) expect(times(values.length, () => rng.choice(n))).toEqual(values);
      for (const [low, high, values] of numpy.uniform) {
        expect(times(values.length, () => rng.uniform(low, high))).toEqual(values);
      }
      expect(Array.from(rng.normals(6))).toEqual(numpy.randn);
      for (const [n, order] of numpy.permutation) expect(Array.from(rng.permutation(n))).toEqual(order);
      expect(Array.from(rng.normals(41, 0, 1e-4))).toEqual(numpy.normals);
      expect(summary(rng)).toEqual(numpy.final);
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

describe('many normal deviates', () => {
  it.each(
    readJson('numpy-normals.json') as { seed: number; mean: number; std: number; count: number; sha256: string }[],
  )(
    '$count of seed $seed with mean $mean and deviation $std are those of NumPy',
    ({ seed, mean, std, count, sha256 }) => {
      const values = new RandomState(seed).normals(count, mean, std);
      expect(createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex')).toBe(sha256);
    },
  );
});

interface NumpyCalls {
  seed: number | number[];
  calls: { name: string; args: unknown[]; result: number | number[] }[];
  final: StateSummary;
}

describe.each(readJson('numpy-calls.json') as NumpyCalls[])(
  'calls with the arguments of NumPy, seed $seed',
  (numpy) => {
    it('give its numbers', () => {
      const rng = new RandomState(numpy.seed);
      const methods = rng as unknown as Record<string, (...args: unknown[]) => unknown>;
      for (const { name, args, result } of numpy.calls) {
        const given = structuredClone(args);
        const returned = methods[name]!(...given);
        const got = name === 'shuffle' ? given[0] : returned;
        const flat = typeof got === 'number' ? got : Array.from(got as number[]).flat(3);
        expect({ name, args, result: flat }).toEqual({ name, args, result });
      }
      expect(summary(rng)).toEqual(numpy.final);
    });
  },
);

describe('the rows of ndarrays', () => {
  const reversed = (shape: number[]) => shape.map((_, axis) => shape.length - 1 - axis);

  it.each([[[7]], [[5, 3]], [[4, 2, 3]], [[1, 2]], [[0, 2]], [[3, 0]]])(
    'of shape %j move as those of lists, whatever their strides',
    (shape) => {
      const size = shape.reduce((product, length) => product * length, 1);
      const values = Array.from({ length: size }, (_, i) => i);
      const rows = Array.from({ length: shape[0]! }, (_, i) =>
        values.slice((i * size) / shape[0]!, ((i + 1) * size) / shape[0]!),
      );
      const lists = new RandomState(4);
      const expected = lists.permutation(rows).flat();
      const wide = ndarray([], shape).stride.map((step) => 2 * step);
      const views: NdArray[] = [
        ndarray(Float64Array.from(values), shape),
        ndarray([...values], shape),
        ndarray(new Float64Array(2 * size + 3), shape, wide, 3),
        ndarray(new Float32Array(size), shape.toReversed()).transpose(...reversed(shape)),
        ndarray(store(size) as never, shape),
      ];
      for (const view of views) {
        values.forEach((value, flat) => void set(view, flat, value));
        if (ArrayBuffer.isView(view.data) || Array.isArray(view.data)) {
          expect(elements(new RandomState(4).permutation(view))).toEqual(expected);
          expect(elements(view)).toEqual(values);
        }
        const rng = new RandomState(4);
        rng.shuffle(view);
        expect(elements(view)).toEqual(expected);
        expect(rng.getState()).toEqual(lists.getState());
      }
    },
  );

  it('over memory that is reached by methods are not copied', () => {
    expect(() => new RandomState(1).permutation(ndarray(store(2) as never, [2]))).toThrow(
      'permutation() copies ndarrays over arrays and typed arrays only; shuffle() takes any.',
    );
  });
});

/** Memory that is reached by methods. */
function store(length: number) {
  const memory = new Map<number, number>();
  return { length, get: (i: number) => memory.get(i), set: (i: number, value: number) => memory.set(i, value) };
}

function indexAt(shape: readonly number[], flat: number): number[] {
  return shape.map((length, axis) => Math.floor(flat / shape.slice(axis + 1).reduce((a, b) => a * b, 1)) % length);
}

function set(x: NdArray, flat: number, value: number): void {
  (x.set as (...args: number[]) => void)(...indexAt(x.shape, flat), value);
}

function elements(x: NdArray): number[] {
  return Array.from({ length: x.size }, (_, flat) =>
    (x.get as (...args: number[]) => number)(...indexAt(x.shape, flat)),
  );
}

describe('what is chosen and permuted', () => {
  it('is of the kind of its source', () => {
    const rng = new RandomState(1);
    expect(rng.choice(Float32Array.of(1.5, 2.5), 3)).toBeInstanceOf(Float32Array);
    expect(rng.choice(['a', 'b'], [2, 2])).toHaveLength(4);
    expect(rng.choice(ndarray(Float64Array.of(7), [1]))).toBe(7);
    expect(rng.choice(ndarray(Float64Array.of(7), [1]), 2)).toEqual([7, 7]);
    expect(rng.choice(5, 3)).toBeInstanceOf(Int32Array);
    expect(rng.randint(2 ** 31, null, 1)).toBeInstanceOf(Int32Array);
    expect(rng.randint(2 ** 32, null, 1)).toBeInstanceOf(Float64Array);
    expect(rng.permutation(BigInt64Array.of(1n, 2n))).toBeInstanceOf(BigInt64Array);
    const given = ['a', 'b', 'c'];
    expect(rng.permutation(given).sort()).toEqual(given);
    expect(given).toEqual(['a', 'b', 'c']);
  });

  it('takes probabilities in float32 that sum to 1 in that precision', () => {
    const p = Float32Array.of(0.1, 0.2, 0.7);
    expect(new RandomState(3).choice(3, 4, true, p)).toHaveLength(4);
    expect(() => new RandomState(3).choice(3, 4, true, [0.1, 0.2, 0.7001])).toThrow('sum to 1');
  });
});

describe('the state', () => {
  it("is taken over from NumPy's get_state() and goes on with its numbers", () => {
    const numpy: { state: RandomStateSnapshot; normals: number[]; permutation: number[] } =
      readJson('numpy-state.json');
    const rng = new RandomState(0);
    rng.setState(numpy.state);
    expect(rng.getState()).toEqual(numpy.state);
    expect(Array.from(rng.normals(5))).toEqual(numpy.normals);
    expect(Array.from(rng.permutation(20))).toEqual(numpy.permutation);
  });

  it('survives JSON at any point of any stream, the kept deviate included', () => {
    const seed = fc.oneof(fc.nat(0xffffffff), fc.array(fc.nat(0xffffffff), { minLength: 1, maxLength: 5 }));
    fc.assert(
      fc.property(seed, fc.nat(700), fc.nat(3), (s, words, gausses) => {
        const rng = new RandomState(s);
        for (let i = 0; i < words; i++) rng.randint(0, 2 ** 32);
        for (let i = 0; i < gausses; i++) rng.normal();
        const copy = new RandomState(1);
        copy.setState(JSON.parse(JSON.stringify(rng.getState())));
        expect(copy.normals(3)).toEqual(rng.normals(3));
        expect(copy.permutation(30)).toEqual(rng.permutation(30));
        expect(copy.getState()).toEqual(rng.getState());
      }),
    );
  });

  it('is a copy: later draws leave it alone', () => {
    const rng = new RandomState(3);
    const state = rng.getState();
    const before = structuredClone(state);
    rng.normals(2000);
    expect(state).toEqual(before);
  });

  const good = new RandomState(5).getState();
  it.each<[what: string, state: unknown, message: RegExp]>([
    ['nothing', undefined, /must be an object as getState\(\) returns it; got undefined/],
    ['a tuple as NumPy gives it', ['MT19937', good.key, 624, 0, 0], /needs a key of 624 integers; got undefined/],
    ['a short key', { ...good, key: good.key.slice(1) }, /needs a key of 624 integers; got 623 values/],
    ['a fraction', { ...good, key: good.key.with(7, 0.5) }, /from 0 to 4294967295 in its key; key\[7\] is 0.5/],
    ['a word beyond 32 bits', { ...good, key: good.key.with(0, 2 ** 32) }, /key\[0\] is 4294967296/],
    ['only zeros', { ...good, key: good.key.map(() => 0) }, /must not have an all-zero key/],
    ['a position beyond the key', { ...good, position: 625 }, /integer position from 0 to 624; got 625/],
    ['a missing position', { ...good, position: undefined }, /integer position from 0 to 624; got undefined/],
    ['has_gauss as a number', { ...good, hasGauss: 1 }, /needs hasGauss to be true or false .* got 1/],
    ['a deviate that is not a number', { ...good, cachedGaussian: null }, /finite number cachedGaussian; got null/],
    ['a deviate that is not finite', { ...good, cachedGaussian: Number.NaN }, /finite number cachedGaussian; got NaN/],
  ])('refuses %s and keeps its own', (_, state, message) => {
    const rng = new RandomState(8);
    const own = rng.getState();
    expect(() => rng.setState(state as RandomStateSnapshot)).toThrow(message);
    expect(rng.getState()).toEqual(own);
  });
});

describe('a seed', () => {
  it.each<[seed: unknown, message: RegExp]>([
    [-1, /integer from 0 to 4294967295 .* the seed -1 is not/],
    [2 ** 32, /the seed 4294967296 is not/],
    [0.5, /the seed 0.5 is not/],
    [Number.NaN, /the seed NaN is not/],
    [[], /must not be an empty array/],
    [[1, -2], /seed\[1\], -2, is not/],
    [[1, '2'], /seed\[1\], "2", is not/],
    ['42', /must be an integer from 0 to 4294967295 or an array of them; got "42"/],
    [undefined, /got undefined/],
    [42n, /got 42n/],
  ])('must not be %s', (seed, message) => {
    expect(() => new RandomState(seed as number)).toThrow(message);
  });

  it('in an array gives another stream than alone, as in NumPy', () => {
    expect(new RandomState([42]).random()).not.toBe(new RandomState(42).random());
  });
});

describe('arguments', () => {
  const rng = new RandomState(1);
  const extra = [1] as unknown as [];
  it.each<[call: string, run: () => unknown, message: RegExp]>([
    ['randint(3, 3)', () => rng.randint(3, 3), /needs low < high; got low 3 and high 3/],
    ['randint(0, 0.5)', () => rng.randint(0, 0.5), /needs integers less than 2\^53 apart; got low 0 and high 0.5/],
    ['randint(-2^53+1, 2^53-1)', () => rng.randint(-(2 ** 53) + 1, 2 ** 53 - 1), /less than 2\^53 apart/],
    ['choice(0)', () => rng.choice(0), /needs a positive integer or a non-empty array; got 0/],
    ['choice([])', () => rng.choice([]), /non-empty array; got an array of 0/],
    ['normal(0, -1)', () => rng.normal(0, -1), /standard deviation must be at least 0; got -1/],
    ['normals(2, 0, NaN)', () => rng.normals(2, 0, Number.NaN), /standard deviation must be at least 0; got NaN/],
    ['normals(-1)', () => rng.normals(-1), /normals\(\) needs an integer count from 0 .* got -1/],
    ['permutation(1.5)', () => rng.permutation(1.5), /permutation\(\) needs an integer count from 0 .* got 1.5/],
    [
      'uniform(-1e308, 1e308)',
      () => rng.uniform(-1e308, 1e308),
      /needs a finite range; got low -1e\+308 and high 1e\+308/,
    ],
    ['choice("abc")', () => rng.choice('abc'), /choice\(\) needs a positive integer .* got "abc"/],
    ['choice(5, 3, "no")', () => rng.choice(5, 3, 'no' as never), /true or false for replace; got "no"/],
    ['choice(5, false)', () => rng.choice(5, false as never), /choice\(\) needs an integer count .* got false/],
    ['choice(5, 6, false)', () => rng.choice(5, 6, false), /at least as many items as it chooses; got 5 for 6/],
    ['choice(2, 2, false, [1, 0])', () => rng.choice(2, 2, false, [1, 0]), /of a probability above 0 .* got 1 for 2/],
    ['choice(2, 1, true, [1])', () => rng.choice(2, 1, true, [1]), /a probability for each of the 2 items; got 1/],
    ['choice(2, 1, true, [2, -1])', () => rng.choice(2, 1, true, [2, -1]), /at least 0; p\[1\] is -1/],
    ['choice(2, 1, true, [NaN, 1])', () => rng.choice(2, 1, true, [Number.NaN, 1]), /at least 0; p\[0\] is NaN/],
    ['choice(2, 1, true, [.5, .4])', () => rng.choice(2, 1, true, [0.5, 0.4]), /\[0.5, 0.4\] sum to 0.9/],
    ['choice(2, 1, true, 1)', () => rng.choice(2, 1, true, 1 as never), /array of probabilities for p; got 1/],
    ['choice(2, 1, true, ["1", 0])', () => rng.choice(2, 1, true, ['1', 0] as never), /numbers in p; p\[0\] is "1"/],
    ['choice(matrix)', () => rng.choice(ndarray([1, 2], [1, 2]) as never), /one dimension; got an ndarray of 2/],
    [
      'choice(5, 3, true, null, 1)',
      () => rng.choice(5, 3, true, null, ...extra),
      /choice\(\) takes at most 4 .* got 5/,
    ],
    ['choice({})', () => rng.choice({} as never), /choice\(\) needs .* got an object/],
    ['shuffle()', () => rng.shuffle(undefined as never), /shuffle\(\) needs an array.* got undefined/],
    ['shuffle(5)', () => rng.shuffle(5 as never), /shuffle\(\) needs an array.* got 5/],
    ['shuffle("abc")', () => rng.shuffle('abc' as never), /shuffle\(\) needs an array.* got "abc"/],
    ['shuffle(frozen)', () => rng.shuffle(Object.freeze([1, 2, 3]) as never), /in place, and this one is frozen/],
    ['shuffle(new Set)', () => rng.shuffle(new Set([1, 2]) as never), /shuffle\(\) needs an array.* got an object/],
    ['shuffle(scalar)', () => rng.shuffle(ndarray([1], [])), /an ndarray with a dimension; got an object without one/],
    ['shuffle([1, 2], 3)', () => rng.shuffle([1, 2], ...extra), /shuffle\(\) takes at most 1 argument; got 2/],
    ['permutation("3")', () => rng.permutation('3'), /permutation\(\) needs a count, an array.* got "3"/],
    ['permutation()', () => rng.permutation(undefined as never), /permutation\(\) needs a count.* got undefined/],
    ['permutation(3, 1)', () => rng.permutation(3, ...extra), /permutation\(\) takes at most 1 argument; got 2/],
    ['random(-1)', () => rng.random(-1), /random\(\) needs an integer count .* got -1/],
    ['random(1, 1)', () => rng.random(1, ...extra), /random\(\) takes at most 1 argument; got 2/],
    ['random([2, 0.5])', () => rng.random([2, 0.5]), /size\[1\] is 0.5/],
    ['random([65536, 65536])', () => rng.random([65536, 65536]), /random\(\) needs an integer count .* got 4294967296/],
    ['randomSample("3")', () => rng.randomSample('3' as never), /randomSample\(\) needs an integer count .* got "3"/],
    ['rand(2, -1)', () => rng.rand(2, -1), /rand\(\) needs a size of integers .* size\[1\] is -1/],
    ['randn([2])', () => rng.randn([2] as never), /randn\(\) needs a size of integers .* an array of 1/],
    ['uniform("0")', () => rng.uniform('0' as never), /uniform\(\) needs a number for low; got "0"/],
    ['uniform(0, 1, 2, 3)', () => rng.uniform(0, 1, 2, ...extra), /uniform\(\) takes at most 3 arguments; got 4/],
    ['normal(null)', () => rng.normal(null as never), /normal\(\) needs a number for the mean; got null/],
    ['normal(0, "1")', () => rng.normal(0, '1' as never), /a number for the standard deviation; got "1"/],
    ['normal(0, 1, 2, 3)', () => rng.normal(0, 1, 2, ...extra), /normal\(\) takes at most 3 arguments; got 4/],
    ['normals("3")', () => rng.normals('3' as never), /normals\(\) needs an integer count .* got "3"/],
    ['normals(3, 0, 1, 2)', () => rng.normals(3, 0, 1, ...extra), /normals\(\) takes at most 3 arguments; got 4/],
    ['randint()', () => rng.randint(undefined as never), /randint\(\) needs a number for high; got undefined/],
    ['randint("5")', () => rng.randint('5' as never), /randint\(\) needs a number for high; got "5"/],
    ['randint(0)', () => rng.randint(0), /needs low < high; got low 0 and high 0/],
    ['integers(0, 5, -1)', () => rng.integers(0, 5, -1), /integers\(\) needs an integer count .* got -1/],
    ['integers(0, 5, 1, 1)', () => rng.integers(0, 5, 1, ...extra), /integers\(\) takes at most 3 arguments; got 4/],
    ['getState(1)', () => rng.getState(...extra), /getState\(\) takes no arguments; got 1/],
    [
      'setState(state, 1)',
      () => rng.setState(rng.getState(), ...extra),
      /setState\(\) takes at most 1 argument; got 2/,
    ],
    ['new RandomState(1, 2)', () => new RandomState(1, ...extra), /takes at most 1 argument; got 2/],
  ])('%s is refused before anything is drawn', (_, run, message) => {
    const before = rng.getState();
    expect(run).toThrow(message);
    expect(rng.getState()).toEqual(before);
  });

  it('choice takes an element of a list, as the practical does with ranges', () => {
    const range = Array.from({ length: 19 }, (_, i) => i + 1);
    const indices = new RandomState(4);
    const items = new RandomState(4);
    expect(times(50, () => items.choice(range))).toEqual(times(50, () => indices.choice(19) + 1));
  });

  it('shuffle keeps the elements of arrays and typed arrays, and moves both alike', () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.array(fc.integer({ min: -1000, max: 1000 })), (seed, values) => {
        const list = [...values];
        const typed = Int16Array.from(values);
        new RandomState(seed).shuffle(list);
        new RandomState(seed).shuffle(typed);
        expect(Array.from(typed)).toEqual(list);
        expect(list.toSorted((a, b) => a - b)).toEqual(values.toSorted((a, b) => a - b));
      }),
    );
  });
});
