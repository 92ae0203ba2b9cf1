import { versionsOf } from '../run/machine.js';
import type { ExportFormat } from './export-format.js';
import type { ExportedNetwork } from './exported-network.js';
import { withLayersNetwork } from './layers-network.js';
import { onnxSnippets } from './onnx-snippets.js';
import { trainingFacts } from './training-facts.js';

const FILE = 'model.onnx';

/** ONNX: one file that runtimes of many languages compute. */
export const onnxFormat: ExportFormat = {
  files: [FILE],
  library: 'onnx',
  async write(network) {
    const { IR_VERSION, layersModelToOnnx, OPSET_VERSION } = await import('@cifarlab/onnx');
    const { stored } = network;
    const { classNames, imageSide: side, preprocessing } = stored;
    const { '@cifarlab/onnx': version } = versionsOf(['@cifarlab/onnx']);
    const model = await withLayersNetwork(stored, ({ model, resolution }) =>
      layersModelToOnnx(model, {
        images: { side, preprocessing, resolution },
        classNames,
        producer: { name: 'cifarlab', version: version! },
        description: stored.network.description,
        metadata: trainingFacts(network),
      }),
    );
    const versions = `IR version ${IR_VERSION} and opset ${OPSET_VERSION}`;
    return {
      files: { [FILE]: model },
      description: description(network, versions),
      snippets: onnxSnippets(network),
    };
  },
};

function description({ stored: { imageSide: side, classNames } }: ExportedNetwork, versions: string): string {
  return [
    `\`${FILE}\` is of ${versions} of ONNX, which ONNX Runtime reads since 1.6. It prepares images itself:`,
    '',
    '| | name | type | shape |',
    '|---|---|---|---|',
    `| input | \`images\` | uint8: red, green, blue | [n, ${side}, ${side}, 3] |`,
    `| output | \`logits\` | float32 | [n, ${classNames.length}] |`,
    `| output | \`probabilities\` | float32 | [n, ${classNames.length}] |`,
    '',
    'n is any number of images. The names of the classes, the settings of the training and its results are in its metadata',
    'too, each as JSON: `class_names`, `recipe`, `results`.',
  ].join('\n');
}
