import type { ExportFormat } from './export-format.js';
import { CONFIG_FILE, savedConfig } from './saved-config.js';
import { stateSnippets, weightsWords } from './state-snippets.js';

const FILE = 'model.pth';

/** The weights alone, as PyTorch saves a `state_dict`. */
export const stateDictFormat: ExportFormat = {
  files: [FILE, CONFIG_FILE],
  library: 'pytorch',
  async write(network) {
    const { encodeTorchWeights } = await import('@cifarlab/torch-weights');
    const bytes = await encodeTorchWeights(network.stored.weights as Parameters<typeof encodeTorchWeights>[0]);
    return {
      files: { [FILE]: bytes, [CONFIG_FILE]: savedConfig(network) },
      description: weightsWords(FILE, network),
      snippets: stateSnippets(FILE),
    };
  },
};
