import { expect, it } from 'vitest';
import { describeMachine, instructionsOf } from './machine.js';

it('names the instructions that matter, of x64 and of Arm', () => {
  const xeon =
    'processor\t: 0\nmodel name\t: A CPU\nflags\t\t: fpu sse2 avx avx2 avx512f avx512bw amx_tile\nflags\t\t: sve';
  expect(instructionsOf(xeon)).toEqual(['AVX2', 'AVX-512', 'AMX']);
  expect(instructionsOf('Features\t: fp asimd sve bf16\n')).toEqual(['NEON', 'SVE', 'BF16']);
});

it('names none where the system does not tell', () => {
  expect(instructionsOf('')).toEqual([]);
  expect(describeMachine().instructions).toBeInstanceOf(Array);
});
