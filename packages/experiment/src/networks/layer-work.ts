import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';

/** Work of a layer with weights for one image. */
export interface LayerWork {
  /** Floating-point operations of its forward pass: two per multiply-add. */
  flops: number;
  /** Whether its weights are trained. */
  isTrained: boolean;
}

type Shape = (number | null)[];

/**
 * Returns the work of every convolution and linear layer, in order, for one image of a resolution: 2 · pixels of the
 * output · numbers of the kernel, whose shape has the input's channels in it, or 1 where each channel has its own filter.
 */
export function layerWork(model: LayersModel, resolution: number): LayerWork[] {
  const shapes = new Map<number, Shape>();
  shapes.set(model.inputs[0]!.id, [null, resolution, resolution, 3]);
  return model.layers.flatMap((layer) => {
    const inputs = [layer.input].flat();
    const given = inputs.map(({ id }) => shapes.get(id)!);
    const { id } = layer.output as SymbolicTensor;
    if (shapes.has(id)) return [];
    const output = layer.computeOutputShape(given.length === 1 ? given[0]! : given) as Shape;
    shapes.set(id, output);
    const kernel = layer.weights.find(({ shape }) => shape.length > 1);
    if (kernel === undefined) return [];
    const pixels = output.slice(1, -1).reduce((product: number, size) => product * size!, 1);
    const numbers = kernel.shape.reduce((product: number, size) => product * size!, 1);
    return [{ flops: 2 * pixels * numbers, isTrained: layer.trainableWeights.length > 0 }];
  });
}

/** Returns the floating-point operations of a forward pass. */
export function forwardFlops(work: readonly LayerWork[]): number {
  return work.reduce((sum, { flops }) => sum + flops, 0);
}

/**
 * Returns the floating-point operations of a training step for one image: a layer's forward pass, as much again for the
 * gradient of its weights where they are trained, and as much for that of its input where something before it is.
 */
export function trainingFlops(work: readonly LayerWork[]): number {
  const first = work.findIndex(({ isTrained }) => isTrained);
  return work.reduce((sum, { flops, isTrained }, index) => {
    const passes = 1 + (isTrained ? 1 : 0) + (first >= 0 && index > first ? 1 : 0);
    return sum + passes * flops;
  }, 0);
}
