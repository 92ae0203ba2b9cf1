import type { SavedDataSetState } from '@cifarlab/cifar10';
import { imageFromValues, renderImageGrid } from '@cifarlab/plots';
import { renderPng } from '@cifarlab/plots/node';
import type { Dataset } from '../images/dataset.js';

/** Images that are drawn. */
const MOST_IMAGES = 64;

/** Columns of the grid, and width of each image in it, in pixels. */
const GRID = { columns: 8, imageSize: 80 } as const;

/**
 * Draws the batch that comes next in training, as a network is given it: augmented and preprocessed, its numbers as
 * brightness, zero in the middle grey. The batch still comes next afterwards.
 *
 * @param resumeFrom the state of the images that the training goes on from. Default: the one that they are in.
 * @returns a PNG. @throws PlotError when it cannot be drawn.
 */
export async function batchPicture(
  { train, classNames }: Dataset,
  batchSize: number,
  resumeFrom?: SavedDataSetState,
): Promise<Uint8Array> {
  const state = train.getState();
  if (resumeFrom !== undefined) train.setState(resumeFrom);
  const { images, classes } = train.nextBatch(batchSize);
  train.setState(state);
  const { side } = train;
  const size = 3 * side * side;
  const range = rangeOf(images.data);
  const shown = Array.from(classes.slice(0, MOST_IMAGES), (label, i) => ({
    ...imageFromValues(images.data.subarray(i * size, (i + 1) * size), {
      ...{ width: side, height: side, layout: 'CHW', range: [-range.reach, range.reach] },
    }),
    caption: classNames[label]!,
  }));
  const title = `${shown.length} of the ${classes.length} images of a training batch`;
  const svg = renderImageGrid(shown, { ...GRID, title, subtitle: range.text });
  return renderPng(svg, { scale: 1 });
}

/** Returns the largest magnitude of some numbers, and a description of them in a line. */
function rangeOf(values: Float32Array): { reach: number; text: string } {
  let [low, high, sum, squares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  const deviation = Math.sqrt(Math.max(0, squares / values.length - mean * mean));
  const [lowest, highest, middle, spread] = [low, high, mean, deviation].map((value) => value.toPrecision(3));
  const text = `As the network sees them: numbers from ${lowest} to ${highest}, zero in the middle grey, mean ${middle}, deviation ${spread}`;
  return { reach: Math.max(Math.abs(low), Math.abs(high)) || 1, text };
}
