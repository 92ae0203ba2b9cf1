import { show } from '@cifarlab/internals/show';
import type { LayersModel, layers, SymbolicTensor } from '@tensorflow/tfjs-layers';
import { OnnxError } from './error.js';
import { type OnnxDescription, OnnxGraph } from './graph/onnx-graph.js';
import { imageInput, type OnnxImages } from './images/image-input.js';
import { converters } from './layers/converters.js';
import { LayerContext, type Shape, type Value } from './layers/layer-context.js';
import { type LayerWeights, layerWeights } from './layers/layer-weights.js';

/** Options of {@link layersModelToOnnx}. */
export interface LayersModelToOnnxOptions extends OnnxDescription {
  /** The images that the model takes. */
  images: OnnxImages;
  /** Names of the classes, in the order of the network's outputs; they become the metadata `class_names`, a JSON array. */
  classNames: readonly string[];
}

/**
 * Makes an ONNX model of a network in evaluation mode that gives logits.
 *
 * The model takes `images`, bytes [n, side, side, 3] of red, green and blue, with any n, prepares them itself, and gives
 * `logits` and `probabilities`, float32 [n, classes]. Weights have PyTorch's names and layouts. It is of IR version 7
 * and opset 13.
 *
 * @param model of the layers in the networks of this repository; it stays the caller's.
 * @returns the bytes of a file `.onnx`.
 * @throws OnnxError: `UNSUPPORTED` for a layer that is not written here, `INVALID` where images, classes and network do not
 *   fit together, `TOO_LARGE` for 2 GiB and more.
 */
export async function layersModelToOnnx(model: LayersModel, options: LayersModelToOnnxOptions): Promise<Uint8Array> {
  const { images, classNames, metadata, ...description } = options;
  const [input, output] = [onlyOne(model.inputs, 'inputs'), onlyOne(model.outputs, 'outputs')];
  requireClasses(output.shape, classNames);
  // Weights of all layers are read at once, those of one step.
  const weights = await Promise.all(model.layers.map(layerWeights));
  const graph = new OnnxGraph(model.name);
  const values = new Map<SymbolicTensor, Value>([[input, imageInput(graph, images, input.shape)]]);
  for (const [index, layer] of model.layers.entries()) addLayer(graph, layer, weights[index]!, values);
  const logits = graph.node('Identity', [values.get(output)!.name], { output: 'logits' });
  const probabilities = graph.node('Softmax', [logits], { output: 'probabilities', attributes: { axis: 1 } });
  for (const name of [logits, probabilities]) graph.output(name, 'float32', ['n', classNames.length]);
  return graph.encode({ ...description, metadata: { class_names: JSON.stringify(classNames), ...metadata } });
}

/** Adds a layer whose inputs are there; its outputs are there afterwards. */
function addLayer(
  graph: OnnxGraph,
  layer: layers.Layer,
  weights: LayerWeights,
  values: Map<SymbolicTensor, Value>,
): void {
  const className = layer.getClassName();
  if (className === 'InputLayer') return;
  const converter = Object.hasOwn(converters, className) ? converters[className] : undefined;
  if (converter === undefined) {
    throw unsupported(layer, `is not written as ONNX; use layers of ${Object.keys(converters).join(', ')}`);
  }
  const { from, to } = endsOf(layer);
  const inputs = from.map((tensor) => values.get(tensor)!) as [Value, ...Value[]];
  const { name } = layer;
  const context = new LayerContext(graph, { name, className, config: layer.getConfig() }, weights);
  const shapes = inputs.map(({ shape }) => [...shape]);
  const shape = layer.computeOutputShape(shapes.length === 1 ? shapes[0]! : shapes) as (number | null)[];
  values.set(to, { name: converter(context, inputs), shape });
}

/** Returns the inputs and the output of a layer. */
function endsOf(layer: layers.Layer): { from: SymbolicTensor[]; to: SymbolicTensor } {
  try {
    const { input, output } = layer;
    return { from: [input].flat(), to: onlyOne([output].flat(), 'outputs') };
  } catch (error) {
    // tf.layers' own error where a layer stands in several places of a model.
    throw unsupported(layer, 'stands in several places; give every place a layer of its own', error);
  }
}

function unsupported(layer: layers.Layer, rule: string, cause?: unknown): OnnxError {
  const message = `The layer ${show(layer.name)} of class ${layer.getClassName()} ${rule}.`;
  return new OnnxError('UNSUPPORTED', message, cause === undefined ? undefined : { cause });
}

function onlyOne<T>(list: readonly T[], what: string): T {
  if (list.length === 1) return list[0]!;
  throw new OnnxError('UNSUPPORTED', `The model has ${list.length} ${what}, and 1 is written; make a model with 1.`);
}

function requireClasses(shape: Shape, classNames: readonly string[]): void {
  if (shape.length === 2 && shape[1] === classNames.length) return;
  throw new OnnxError(
    'INVALID',
    `The network's output has shape ${show(shape)}, and there are ${classNames.length} names of classes; ` +
      'give a network of logits [null, classes], and a name for each class.',
  );
}
