import { toTorchState } from '@cifarlab/torch-layers';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { SavedNetwork } from '../network.js';
import type { FinetuneConfig } from './config.js';
import type { FinetuneSettings } from './settings.js';

/** Describes the whole network as it is now. */
export async function savedNetwork(
  model: LayersModel,
  { architecture, resolution }: FinetuneSettings,
): Promise<SavedNetwork<FinetuneConfig>> {
  const weights = await toTorchState(model);
  const numClasses = (model.outputs[0]!.shape as number[]).at(-1)!;
  return { weights, config: { architecture, numClasses, resolution } };
}
