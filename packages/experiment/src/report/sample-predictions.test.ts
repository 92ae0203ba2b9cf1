import { describe, expect, it } from 'vitest';
import type { ClassifiedImages } from '../run/classify-split.js';
import { firstRight, surestMistakes } from './sample-predictions.js';

/**
 * Returns images of the classes 0 to 2: class, predicted class and its probability; the rest is shared by the others.
 */
function images(...rows: [truth: number, predicted: number, sure: number][]): ClassifiedImages {
  return {
    classes: Uint8Array.from(rows, ([truth]) => truth),
    predicted: Uint8Array.from(rows, ([, predicted]) => predicted),
    probabilities: Float32Array.from(
      rows.flatMap(([, predicted, sure]) => [0, 1, 2].map((label) => (label === predicted ? sure : (1 - sure) / 2))),
    ),
  };
}

const classified = images([0, 1, 0.5], [1, 1, 0.75], [0, 0, 0.5], [0, 2, 0.875], [1, 1, 0.9], [2, 0, 0.5], [2, 1, 0.5]);

describe('firstRight', () => {
  it('is the first image of each class that is right, and nothing for a class without', () => {
    expect(firstRight(classified, 3)).toEqual([
      { index: 2, truth: 0, predicted: 0, probabilities: [0.5, 0.25, 0.25] },
      { index: 1, truth: 1, predicted: 1, probabilities: [0.125, 0.75, 0.125] },
    ]);
  });
});

describe('surestMistakes', () => {
  it('has the surest first, and of equally sure ones the first in the file', () => {
    expect(surestMistakes(classified, 3).map(({ index }) => index)).toEqual([3, 0, 5]);
    expect(surestMistakes(classified, 10).map(({ index }) => index)).toEqual([3, 0, 5, 6]);
    expect(surestMistakes(classified, 1)[0]).toMatchObject({ truth: 0, predicted: 2 });
  });

  it('is empty where all are right', () => {
    expect(surestMistakes(images([1, 1, 0.5]), 10)).toEqual([]);
  });
});
