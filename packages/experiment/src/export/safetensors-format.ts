import { encodeSafetensors } from '@cifarlab/safetensors';
import type { ExportFormat } from './export-format.js';
import { CONFIG_FILE, savedConfig } from './saved-config.js';
import { stateSnippets, weightsWords } from './state-snippets.js';
import { trainingFacts } from './training-facts.js';

const FILE = 'model.safetensors';

/** The weights alone, in PyTorch's names and layouts, as .safetensors. */
export const safetensorsFormat: ExportFormat = {
  files: [FILE, CONFIG_FILE],
  library: 'safetensors',
  async write(network) {
    const bytes = encodeSafetensors(network.stored.weights, trainingFacts(network));
    return {
      files: { [FILE]: bytes, [CONFIG_FILE]: savedConfig(network) },
      description: weightsWords(FILE, network),
      snippets: stateSnippets(FILE),
    };
  },
};
