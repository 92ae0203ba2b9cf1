import { show } from '@cifarlab/internals/show';
import type { LayersModel, layers } from '@tensorflow/tfjs-layers';

/** Returns the layers of a model that belong to a stage, with its number. */
function stagedLayers(model: LayersModel): { layer: layers.Layer; stage: number }[] {
  return model.layers.flatMap((layer) => {
    // Not by class: a model may have layers of both builds of a package, ESM and CommonJS.
    const { stage } = layer as { stage?: number };
    return stage === undefined ? [] : [{ layer, stage }];
  });
}

/** Returns the number of stages of a model's backbone; the first one is its stem. */
export function stageCount(model: LayersModel): number {
  return Math.max(-1, ...stagedLayers(model).map(({ stage }) => stage)) + 1;
}

/**
 * Freezes the first stages of a model's backbone: their weights are not trained and their statistics do not move. The later
 * stages become trainable. No gradient is computed below the first stage that is trained.
 *
 * @param count how many, from 0 (all are trained) to {@link stageCount} (the head alone is trained).
 * @throws RangeError on a count outside this range.
 */
export function freezeStages(model: LayersModel, count: number): void {
  const stages = stageCount(model);
  if (!Number.isSafeInteger(count) || count < 0 || count > stages) {
    throw new RangeError(
      `freezeStages: count must be a whole number from 0 to ${stages}, the stages of ${model.name}; got ${show(count)}.`,
    );
  }
  for (const { layer, stage } of stagedLayers(model)) layer.trainable = stage >= count;
}
