import type { DataSet } from '@cifarlab/cifar10';
import type { Classified, TfjsLearner } from '@cifarlab/trainer/tfjs';
import type { ClassedTfjsBatch, TfjsBatches } from './batches.js';
import type { ClassifiedBatch, Views } from './network.js';

/** Pixels that an image is shifted by. */
const SHIFT = 1;

type Classifier = Pick<TfjsLearner, 'classify'>;

/**
 * Classifies every image of a split once, in file order, the logits averaged over views of an image: of all images, or of
 * the part that the network is least sure of by the image alone, the earlier ones where several are equally sure.
 */
export async function* classifyViews(
  learner: Classifier,
  batches: TfjsBatches,
  split: DataSet,
  { mirror, shift = false, leastSure = 1 }: Views,
): AsyncGenerator<ClassifiedBatch, void, undefined> {
  const viewsOf = (batch: ClassedTfjsBatch) => otherViews(batches, batch, { mirror, shift });
  if (leastSure >= 1 || !(mirror || shift)) {
    for (const batch of batches.every(split)) {
      yield { ...(await learner.classify(batch, { views: viewsOf(batch) })), classes: batch.classes };
    }
    return;
  }
  const plain: Classified[] = [];
  for (const batch of batches.every(split)) plain.push(await learner.classify(batch));
  const chosen = leastSureRows(plain, Math.round(leastSure * split.numExamples));
  let index = 0;
  for (const batch of batches.every(split)) {
    const [whole, rows] = [plain[index]!, chosen[index]!];
    index += 1;
    if (rows.length === 0) yield { ...whole, classes: batch.classes };
    else {
      const part = rowsOf(batch, rows);
      const without = await learner.classify(part);
      const within = await learner.classify(part, { views: viewsOf(part) });
      yield { ...replaced(whole, rows, without, within), classes: batch.classes };
    }
  }
}

function otherViews(
  batches: TfjsBatches,
  batch: ClassedTfjsBatch,
  { mirror, shift }: { mirror: boolean; shift: boolean },
): Float32Array[] {
  const shifted = shift ? [-SHIFT, SHIFT].map((pixels) => batches.shifted(batch, pixels)) : [];
  const mirrored = mirror ? [batch.images, ...shifted].map((images) => batches.mirrored({ ...batch, images })) : [];
  return [...shifted, ...mirrored];
}

/** Returns the rows of each batch among the `count` images whose largest probability is the smallest. */
function leastSureRows(batches: readonly Classified[], count: number): number[][] {
  const images = batches.flatMap(({ probabilities, count }, batch) => {
    const classes = probabilities.length / count;
    return Array.from({ length: count }, (_, row) => {
      return { batch, row, sureness: Math.max(...probabilities.subarray(row * classes, (row + 1) * classes)) };
    });
  });
  const rows = batches.map((): number[] => []);
  // Sorting is stable: of equally sure ones the first in the file.
  images.sort((a, b) => a.sureness - b.sureness);
  for (const { batch, row } of images.slice(0, count)) rows[batch]!.push(row);
  return rows.map((ofBatch) => ofBatch.sort((a, b) => a - b));
}

/** Returns some of a batch's images. */
function rowsOf({ images, shape, labels, classes }: ClassedTfjsBatch, rows: readonly number[]): ClassedTfjsBatch {
  const count = shape[0]!;
  const pick = (values: Float32Array) => {
    const size = values.length / count;
    const picked = new Float32Array(rows.length * size);
    rows.forEach((row, i) => {
      picked.set(values.subarray(row * size, (row + 1) * size), i * size);
    });
    return picked;
  };
  return {
    images: pick(images),
    shape: [rows.length, ...shape.slice(1)],
    labels: pick(labels),
    classes: Uint8Array.from(rows, (row) => classes[row]!),
  };
}

/** Returns a batch's results with those of some rows in place of others. */
function replaced(whole: Classified, rows: readonly number[], without: Classified, within: Classified): Classified {
  const classes = whole.probabilities.length / whole.count;
  const [predicted, probabilities] = [whole.predicted.slice(), whole.probabilities.slice()];
  rows.forEach((row, i) => {
    predicted[row] = within.predicted[i]!;
    probabilities.set(within.probabilities.subarray(i * classes, (i + 1) * classes), row * classes);
  });
  return {
    count: whole.count,
    loss: whole.loss - without.loss + within.loss,
    correct: whole.correct - without.correct + within.correct,
    predicted,
    probabilities,
  };
}
