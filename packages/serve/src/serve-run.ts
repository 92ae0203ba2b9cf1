import {
  type CheckpointName,
  type OpenedRun,
  type OpenRunOptions,
  openRun,
  type PictureClassifier,
} from '@cifarlab/experiment';
import type { ImageNetwork } from './image-network.js';
import { type ServedNetwork, type ServeOptions, serveNetwork } from './serve-network.js';

/** Options of {@link serveRun}. */
export interface ServeRunOptions extends ServeOptions, Pick<OpenRunOptions, 'engine' | 'networks' | 'onEvent'> {
  /** Checkpoint of the run. Default: `best` where there is one, else `last`. */
  checkpoint?: CheckpointName | undefined;
}

/**
 * Serves the network of a training run, as {@link serveNetwork} does.
 *
 * @param path folder of the run.
 * @throws as {@link serveNetwork}, and as `openRun` of `@cifarlab/experiment` and `predict` of what it opens.
 */
export async function serveRun(
  path: string,
  { checkpoint, engine, networks, onEvent, ...options }: ServeRunOptions = {},
): Promise<ServedNetwork> {
  const run = await openRun(path, { engine, onEvent, ...(networks && { networks }) });
  try {
    const served = await serveNetwork(imageNetwork(run, await run.classifier({ checkpoint })), options);
    return {
      address: served.address,
      async close() {
        await served.close();
        await run.close();
      },
    };
  } catch (error) {
    await run.close();
    throw error;
  }
}

/** Logits are known up to a constant for each picture: those of a run are the logarithms of its probabilities. */
function imageNetwork(
  { network }: OpenedRun,
  { classNames, side, step, probabilities }: PictureClassifier,
): ImageNetwork {
  return {
    name: `${network.name}, step ${step}`,
    classNames,
    side,
    async logits(pixels, count) {
      const size = 3 * side * side;
      const pictures = Array.from({ length: count }, (_, i) =>
        channelsFirst(pixels.subarray(i * size, (i + 1) * size)),
      );
      return (await probabilities(pictures)).flatMap((row) => Array.from(row, Math.log));
    },
  };
}

function channelsFirst(rgb: Uint8Array): Uint8Array {
  const plane = rgb.length / 3;
  const chw = new Uint8Array(rgb.length);
  for (let pixel = 0; pixel < plane; pixel++) {
    for (let channel = 0; channel < 3; channel++) chw[channel * plane + pixel] = rgb[3 * pixel + channel]!;
  }
  return chw;
}
