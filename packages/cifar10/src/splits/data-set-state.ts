import { Cifar10Error } from '../errors.js';
import type { AugmentationValues } from './augmentation.js';
import type { BatchOrderName, BatchOrderValues } from './batch-order.js';

/** Position of a `DataSet`: plain JSON values beside one array, ready to be saved in a checkpoint. */
export interface DataSetState {
  /** `indices` in the `course` order: the current order, `[numExamples]`. */
  readonly arrays: Record<string, { readonly shape: readonly number[]; readonly data: Int32Array }>;
  /** The position, the epochs done and, in the `course` order, the generator; JSON. */
  readonly values: Record<string, unknown>;
}

/** A {@link DataSetState} that has been to a disk and back: what its array holds is yet to be checked. */
export interface SavedDataSetState {
  /** Arrays as in {@link DataSetState.arrays}. */
  readonly arrays: Readonly<Record<string, { readonly data: unknown }>>;
  /** Values as in {@link DataSetState.values}. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** Returns the order that a saved state holds, once it is known to fit this data set. */
export function checkState(
  state: SavedDataSetState,
  batchOrder: BatchOrderName,
  numExamples: number,
): { values: BatchOrderValues; indices: Int32Array } {
  const values = state?.values as Partial<BatchOrderValues> | undefined;
  if (values?.batchOrder !== batchOrder || values.numExamples !== numExamples) {
    throw invalid(
      `it is of ${JSON.stringify(values?.numExamples)} examples in the order ${JSON.stringify(values?.batchOrder)}, this data set has ${numExamples} in the order "${batchOrder}"`,
    );
  }
  const { position, epochsCompleted } = values;
  if (!isCount(position) || position > numExamples) {
    throw invalid(`position ${position} is not within the ${numExamples} examples`);
  }
  if (!isCount(epochsCompleted)) throw invalid(`${epochsCompleted} epochs completed`);
  const checked = { ...values, batchOrder, numExamples, position, epochsCompleted };
  if (batchOrder === 'epoch') return { values: checked, indices: new Int32Array(0) };
  const indices = state.arrays?.indices?.data;
  if (!(indices instanceof Int32Array) || !isPermutation(indices, numExamples)) {
    throw invalid(`its indices are not an Int32Array with each of 0 to ${numExamples - 1} once`);
  }
  return { values: checked, indices };
}

/**
 * Returns the augmentation that a saved state holds, once it is known to be the data set's own; undefined if there is
 * none.
 */
export function checkAugmentation(saved: unknown, own: AugmentationValues | undefined): AugmentationValues | undefined {
  const { batches, ...settings } = (saved ?? {}) as Partial<AugmentationValues>;
  const { batches: _, ...ownSettings } = own ?? ({} as Partial<AugmentationValues>);
  const names = ['flip', 'crop', 'cutout', 'seed', 'stream'] as const;
  if (names.some((name) => settings[name] !== ownSettings[name])) {
    throw invalid(
      `its augmentation is ${JSON.stringify(saved) ?? 'off'}, this data set's ${own ? JSON.stringify(own) : 'off'}`,
    );
  }
  if (own === undefined) return undefined;
  if (!isCount(batches)) throw invalid(`${batches} batches were augmented`);
  return { ...own, batches };
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

function isPermutation(indices: Int32Array, n: number): boolean {
  const seen = new Uint8Array(n);
  for (const index of indices) {
    if (index < 0 || index >= n || seen[index] === 1) return false;
    seen[index] = 1;
  }
  return indices.length === n;
}

function invalid(what: string): Cifar10Error {
  return new Cifar10Error(
    'INVALID_STATE',
    `This state belongs to another data set or is damaged: ${what}. Load the data with the options it was saved with.`,
  );
}
