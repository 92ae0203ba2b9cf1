import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { ExportFormat } from './export-format.js';
import { withLayersNetwork } from './layers-network.js';
import { CONFIG_FILE, savedConfig } from './saved-config.js';
import { type TfjsUse, tfjsSnippets } from './tfjs-snippets.js';

const [MODEL, WEIGHTS] = ['model.json', 'weights.bin'] as const;

/** TensorFlow.js's own files of a model of tf.layers. */
export const tfjsFormat: ExportFormat = {
  files: [MODEL, WEIGHTS, CONFIG_FILE],
  library: 'tfjs',
  write: (network) =>
    withLayersNetwork(network.stored, async ({ model, resolution, register }) => {
      const isFlat = model.inputs[0]!.shape.length === 2;
      const use = { network, resolution, register, isFlat };
      const files = { ...(await filesOf(model)), [CONFIG_FILE]: savedConfig(network) };
      return { files, description: description(use), snippets: tfjsSnippets(use) };
    }),
};

/** Returns the topology as JSON, and the numbers of the weights. */
async function filesOf(model: LayersModel) {
  const { io } = await import('@tensorflow/tfjs-core');
  let saved: Parameters<Parameters<typeof io.withSaveHandler>[0]>[0] | undefined;
  await model.save(
    io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: io.getModelArtifactsInfoForJSON(artifacts) };
    }),
  );
  const { modelTopology, weightSpecs, weightData, format, generatedBy, convertedBy } = saved!;
  const weightsManifest = [{ paths: [WEIGHTS], weights: weightSpecs }];
  return {
    [MODEL]: `${JSON.stringify({ format, generatedBy, convertedBy, modelTopology, weightsManifest })}\n`,
    [WEIGHTS]: new Uint8Array(io.CompositeArrayBuffer.join(weightData)),
  };
}

function description({ network, isFlat, resolution, register }: TfjsUse): string {
  const { imageSide } = network.stored;
  const side = resolution ?? imageSide;
  const shape = isFlat
    ? `[n, ${3 * imageSide ** 2}], the red, green and blue planes of an image one after the other`
    : `[n, ${side}, ${side}, 3]`;
  return [
    `\`${MODEL}\` and \`${WEIGHTS}\` are what \`loadLayersModel\` of TensorFlow.js reads. The model has layers of its own:`,
    `import \`${register}\`, which makes them known, first. It takes prepared images, float32 ${shape}, and gives logits,`,
    `[n, ${network.stored.classNames.length}]. \`${CONFIG_FILE}\` says how bytes are prepared, and the names of the classes.`,
    'The programs below do it all.',
  ].join(' ');
}
