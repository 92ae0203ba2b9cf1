import { createEfficientNetLite } from '@cifarlab/efficientnet-lite';
import { architectures } from '../../src/networks/finetune/architectures.js';
import { defineFinetune } from '../../src/networks/finetune/finetune.js';

/** EfficientNet-Lite with a few channels in place of Lite0: seconds in place of minutes. */
export const tinyFinetune = defineFinetune({
  ...architectures,
  'efficientnet-lite0': {
    ...architectures['efficientnet-lite0'],
    create: (options) => createEfficientNetLite({ variant: { width: 0.1, depth: 0.3 }, ...options, headStart: 'zeros' }),
  },
});
