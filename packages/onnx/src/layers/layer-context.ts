import { show } from '@cifarlab/internals/show';
import { OnnxError } from '../error.js';
import type { OnnxAttribute } from '../graph/attribute.js';
import type { OnnxGraph } from '../graph/onnx-graph.js';
import type { LayerWeights } from './layer-weights.js';

/** A shape as tf.layers has it, the channels last; null is a size that is not known. */
export type Shape = readonly (number | null)[];

/** A value in the graph. Images in it have the channels first. */
export interface Value {
  readonly name: string;
  /** Shape as the layers have it, the channels last. */
  readonly shape: Shape;
}

/** Adds the nodes of a layer to the graph, and returns the name of their output. */
export type LayerConverter = (layer: LayerContext, inputs: readonly [Value, ...Value[]]) => string;

/** A layer that is added to a graph. */
export class LayerContext {
  /** The options that it was made with. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly #graph: OnnxGraph;
  readonly #layer: { readonly name: string; readonly className: string };
  readonly #weights: LayerWeights;

  constructor(
    graph: OnnxGraph,
    layer: { readonly name: string; readonly className: string; readonly config: Readonly<Record<string, unknown>> },
    weights: LayerWeights,
  ) {
    this.#graph = graph;
    this.#layer = layer;
    this.config = layer.config;
    this.#weights = weights;
  }

  /** Adds a node, and returns the name of its output. */
  node(operator: string, inputs: readonly string[], attributes: Readonly<Record<string, OnnxAttribute>> = {}): string {
    return this.#graph.node(operator, inputs, { attributes, scope: this.#layer.name });
  }

  /** Returns the name of a number in the graph. */
  scalar(value: number): string {
    return this.#graph.scalar(value);
  }

  /** Adds a weight to the graph, and returns its name. @param own its name in tf.layers. */
  weight(own: string): string {
    const { name, ...tensor } = this.#weights.get(own)!;
    return this.#graph.initializer(name, tensor);
  }

  /** Makes the error of an option that is not written here. */
  unsupported(what: string, value: unknown): OnnxError {
    const { name, className } = this.#layer;
    return new OnnxError(
      'UNSUPPORTED',
      `The layer ${show(name)} of class ${className} has ${what} ${show(value)}, which is not written as ONNX; use another one.`,
    );
  }
}
