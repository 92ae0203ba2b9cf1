import { freezeStages, loadTorchState, type TorchNamed, toTorchState } from '@cifarlab/torch-layers';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { NetworkFacts, NewNetwork, Weights } from '../network.js';
import type { Architectures } from './architectures.js';
import type { FinetuneSettings } from './settings.js';
import { startWeights, unfitWeights } from './start-weights.js';

/** A network to be fine-tuned, with the weights to start from. */
export interface StartingModel {
  model: LayersModel;
  facts: NetworkFacts;
}

/**
 * Makes the network that is fine-tuned: the pretrained one with a new last layer, of zeros, or what an earlier run has
 * saved, to go on or to start from.
 * Its first stages are frozen.
 *
 * @throws SettingError when the weights do not fit the architecture; what loading them throws.
 */
export async function startingModel(
  architectures: Architectures,
  from: NewNetwork<FinetuneSettings>,
): Promise<StartingModel> {
  const { settings, classNames, saved, start: trained } = from;
  const { architecture, dropout, seed } = settings;
  const batchNorm = settings.batchNorm!;
  const start = saved === undefined && trained === undefined ? await startWeights(from) : undefined;
  const model = await architectures[architecture].create({ numClasses: classNames.length, dropout, seed, batchNorm });
  try {
    if (saved !== undefined) loadTorchState(model, saved().weights);
    else if (trained !== undefined) loadTorchState(model, trained(await toTorchState(model)) as never);
    else if (start !== undefined) await loadBackbone(model, start.weights, settings);
    freezeStages(model, settings.freezeStages!);
    return { model, facts: start?.facts ?? {} };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** Gives a network pretrained weights, except in the last layer, which keeps its own. */
async function loadBackbone(model: LayersModel, weights: Weights, settings: FinetuneSettings): Promise<void> {
  const own = Object.entries(await toTorchState(model));
  const head = Object.fromEntries(own.filter(([name]) => isOfHead(model, name)));
  const backbone = Object.fromEntries(Object.entries(weights).filter(([name]) => !isOfHead(model, name)));
  try {
    loadTorchState(model, { ...backbone, ...head } as never);
  } catch (error) {
    throw unfitWeights(settings, error as Error);
  }
}

/** Returns whether an array of a state is one of the last layer. */
export function isOfHead(model: LayersModel, name: string): boolean {
  const { torchNames } = model.layers.at(-1) as unknown as TorchNamed;
  return Object.values(torchNames).includes(name);
}
