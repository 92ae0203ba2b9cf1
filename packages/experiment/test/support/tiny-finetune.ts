import { writeFile } from 'node:fs/promises';
import { createEfficientNetLite, toTorchState } from '@cifarlab/efficientnet-lite';
import { startEngine } from '@cifarlab/engines';
import { encodeSafetensors } from '@cifarlab/safetensors';
import { architectures } from '../../src/networks/finetune/architectures.js';
import { defineFinetune } from '../../src/networks/finetune/finetune.js';

/** Factors of EfficientNet-Lite with a few channels and blocks: seconds in place of minutes. */
const tiny = { width: 0.1, depth: 0.3 };

/** Fine-tuning with a tiny network in place of EfficientNet-Lite0. */
export const tinyFinetune = defineFinetune({
  ...architectures,
  'efficientnet-lite0': {
    ...architectures['efficientnet-lite0'],
    create: (options) => createEfficientNetLite({ variant: tiny, ...options, headStart: 'zeros' }),
  },
});

/** Writes weights of the tiny network for a thousand classes, as if it had been trained on ImageNet. */
export async function writeTinyWeights(file: string): Promise<string> {
  await startEngine({ family: 'tensorflow.js' });
  const model = createEfficientNetLite({ variant: tiny, seed: 7 });
  await writeFile(file, encodeSafetensors(await toTorchState(model)));
  model.dispose();
  return file;
}
