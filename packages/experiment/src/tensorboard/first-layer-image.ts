import { renderImageGrid } from '@cifarlab/plots';
import { renderPng } from '@cifarlab/plots/node';
import type { Network } from '../networks/network.js';
import { firstLayerBlock } from '../report/first-layer.js';
import type { RunFiles } from '../run/run-files.js';
import { readNetworkOf } from '../run/saved-network.js';

/** A picture of the first layer's weights, which show what its units look for, at a step. */
export interface FirstLayerImage {
  step: number;
  png: Uint8Array;
}

/** Columns of the grid, and width of each filter in it, in image pixels. */
const GRID = { columns: 8, imageSize: 48 } as const;

/**
 * Draws the first layer of a run's last checkpoint.
 *
 * @returns undefined where the network has no first layer over whole colour images.
 * @throws PlotError when it cannot be drawn; as `readNetworkOf`.
 */
export async function firstLayerImage(folder: RunFiles, network: Network): Promise<FirstLayerImage | undefined> {
  const stored = await readNetworkOf(folder, [network], 'last');
  const block = firstLayerBlock(stored);
  if (block?.kind !== 'images') return undefined;
  return { step: stored.step, png: await renderPng(renderImageGrid(block.images, GRID), { scale: 1 }) };
}
