import { startEngine } from '@cifarlab/engines';
import { createFastNet } from '@cifarlab/fastnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { settingsOf } from '../../settings/settings-of.js';
import { fastnetArithmetic } from './arithmetic.js';
import { fastnet } from './fastnet.js';

beforeAll(async () => {
  await startEngine({ family: 'tensorflow.js', engine: 'cpu' });
});

function facts(given: object) {
  const model = createFastNet({ trainWhitening: (given as { whitening?: boolean }).whitening === false });
  const found = fastnetArithmetic(model, settingsOf(fastnet, given), 50_000);
  model.dispose();
  return found as Record<string, number>;
}

const [FORWARD, STEP, ALL] = [
  'FLOP of a forward pass, per image',
  'FLOP of a training step, per image',
  'FLOP of the training',
] as const;

/** Multiply-adds of each convolution for an image, and of the last layer. */
const WORK = [
  31 * 31 * 12 * 24,
  31 * 31 * 9 * 24 * 64,
  15 * 15 * 9 * 64 * 64,
  15 * 15 * 9 * 64 * 256,
  7 * 7 * 9 * 256 * 256,
  7 * 7 * 9 * 256 * 256,
  3 * 3 * 9 * 256 * 256,
  2560,
].map((macs) => 2 * macs);
const sum = WORK.reduce((a, b) => a + b);

describe('the arithmetic of the speed record', () => {
  it('is 0.71 GFLOP per image in training, and 283e12 in all but for Newton and Schulz', () => {
    const { [FORWARD]: forward, [STEP]: step, [ALL]: all } = facts({ optimizer: 'sgd' });
    expect(forward).toBe(sum);
    expect(step).toBe(3 * sum - 2 * WORK[0]! - WORK[1]!);
    expect(step! / 1e9).toBeCloseTo(0.68, 2);
    // The whitening's bias is trained in the first 75 of 200 steps.
    expect(all).toBe(400_000 * step! + 150_000 * WORK[1]!);
    expect(all! / 1e12).toBeCloseTo(277, -1);
  });

  it('has the products of the orthogonal updates beside it', () => {
    const update = [
      [216, 64],
      [576, 64],
      [576, 256],
      [2304, 256],
      [2304, 256],
      [2304, 256],
    ].reduce((total, [rows, columns]) => total + 3 * (4 * rows! * columns! ** 2 + 2 * columns! ** 3), 0);
    expect(facts({})[ALL]! - facts({ optimizer: 'sgd' })[ALL]!).toBe(200 * update);
  });

  it('counts the first kernel where it is trained', () => {
    const { [STEP]: step, [ALL]: all } = facts({ optimizer: 'sgd', whitening: false });
    expect(all).toBe(400_000 * (3 * sum - WORK[0]!));
    expect(step).toBe(3 * sum - WORK[0]! - WORK[1]! + WORK[1]!);
  });
});
