import { show } from '@cifarlab/internals/show';
import { add, engine, type NamedTensorMap, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core';

/** An operation that tfjs recorded. */
interface TapeNode {
  readonly kernelName: string;
  readonly inputs: NamedTensorMap;
  readonly outputs: readonly Tensor[];
  /** Values that `gradient` reads. */
  readonly saved?: readonly Tensor[];
  /** @param dys the gradient of each output, null where nothing depends on it. */
  readonly gradient?: (dys: readonly (Tensor | null)[]) => Record<string, () => Tensor>;
}

/** The part of tfjs's engine that records operations. */
interface Recorder {
  startTape(): void;
  endTape(): void;
  readonly state: { readonly gradientDepth: number; activeTape: TapeNode[] | null };
}

/**
 * Returns the gradients of a scalar with respect to variables, by backpropagation: `forward` makes y, `dyOf` the gradient
 * of the scalar with respect to y, which is disposed here.
 *
 * It computes what `tf.variableGrads` computes, and frees what the forward pass saved for an operation, and the gradient of
 * its output, as soon as that operation's gradients are there. `tf.variableGrads` keeps all of them until the end.
 *
 * @param forward is recorded, in a tidy.
 * @param dyOf returns a tensor of y's shape.
 * @returns by the variable's name, without those that y does not depend on. To be disposed, or in a tidy.
 * @throws Error when y does not depend on any of the variables, for an operation without a gradient, and inside a function
 *   whose gradient is being taken; RangeError for a gradient that does not have the shape of its input.
 */
export function backpropagate(
  forward: () => Tensor,
  dyOf: (y: Tensor) => Tensor,
  variables: readonly Variable[],
): NamedTensorMap {
  const recorder = engine() as unknown as Recorder;
  if (recorder.state.gradientDepth > 0) {
    throw new Error('backpropagate cannot run inside a function whose gradient is being taken; call it outside.');
  }
  try {
    return tidy(() => {
      const y = record(recorder, forward);
      const steps = stepsBetween(variables, y, recorder.state.activeTape!);
      const gradients = new Map([[y.id, dyOf(y)]]);
      for (const step of steps) goBack(step, gradients);
      return Object.fromEntries(
        variables.filter(({ id }) => gradients.has(id)).map(({ name, id }) => [name, gradients.get(id)!]),
      );
    });
  } finally {
    for (const node of recorder.state.activeTape ?? []) free(node);
    recorder.state.activeTape = null;
  }
}

function record(recorder: Recorder, forward: () => Tensor): Tensor {
  recorder.startTape();
  try {
    return tidy(forward);
  } finally {
    recorder.endTape();
  }
}

/** An operation on the way from the variables to y, and those of its inputs that depend on the variables. */
interface Step {
  readonly node: TapeNode;
  readonly inputs: readonly [name: string, tensor: Tensor][];
}

/** Returns the operations between the variables and y, the last one first; what is saved for others is freed. */
function stepsBetween(variables: readonly Variable[], y: Tensor, tape: readonly TapeNode[]): Step[] {
  const dependent = new Set(variables.map(({ id }) => id));
  const steps = tape.map((node) => {
    const inputs = Object.entries(node.inputs).filter(([, input]) => dependent.has(input.id));
    if (inputs.length > 0) for (const { id } of node.outputs) dependent.add(id);
    return { node, inputs };
  });
  if (!dependent.has(y.id)) throw new Error('The output does not depend on any of the variables to train.');
  const needed = new Set([y.id]);
  return steps.reverse().filter(({ node, inputs }) => {
    const isBetween = inputs.length > 0 && node.outputs.some(({ id }) => needed.has(id));
    if (isBetween) for (const [, { id }] of inputs) needed.add(id);
    else free(node);
    return isBetween;
  });
}

/** Adds the gradients of an operation's inputs to `gradients`, and frees those of its outputs. */
function goBack({ node, inputs }: Step, gradients: Map<number, Tensor>): void {
  const { kernelName, outputs, saved = [], gradient } = node;
  if (gradient === undefined) throw new Error(`TensorFlow.js does not have a gradient of ${kernelName}.`);
  const dys = outputs.map(({ id }) => gradients.get(id) ?? null);
  const dxs = tidy(() => {
    const dxOf = gradient(dys);
    // Tensors that go now, or that already are the gradient of another input.
    const taken = new Set<Tensor | null>([...dys, ...saved]);
    return inputs.map(([name, { shape }]) => {
      const dx = tidy(dxOf[name]!);
      if (`${dx.shape}` !== `${shape}`) {
        throw new RangeError(
          `${kernelName} has a gradient of shape ${show(dx.shape)} for its input ${name} of shape ${show(shape)}; correct it.`,
        );
      }
      const own = taken.has(dx) ? dx.clone() : dx;
      taken.add(own);
      return own;
    });
  });
  inputs.forEach(([, { id }], i) => {
    const sum = gradients.get(id);
    gradients.set(id, sum ? addAndDispose(sum, dxs[i]!) : dxs[i]!);
  });
  for (const { id } of outputs) gradients.delete(id);
  for (const dy of dys) dy?.dispose();
  free(node);
}

function addAndDispose(a: Tensor, b: Tensor): Tensor {
  const sum = add(a, b);
  a.dispose();
  b.dispose();
  return sum;
}

function free({ saved = [] }: TapeNode): void {
  for (const each of saved) each.dispose();
}
