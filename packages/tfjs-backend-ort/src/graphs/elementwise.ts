import type { GraphBuilder, OrtRuntime, SessionOptions, TensorView } from '@cifarlab/ort-runtime';

/** Adds a node to a graph: its operator, then its operands. A number is a scalar constant. Returns the node's value. */
type NodeWriter = (operator: string, ...operands: (string | number)[]) => string;

/** An elementwise function of tensors as nodes of ONNX; returns the value of the last one. */
export type Formula = (node: NodeWriter, ...inputs: string[]) => string;

/** Elements up to which they are computed before another thread would be awake. */
const ON_ONE_THREAD = 2 ** 15;

/**
 * Computes output = formula(...inputs), element by element, with ONNX's broadcasting (which is NumPy's). The output may
 * be one of the inputs, if that has its shape.
 *
 * @param name names the formula; the same name must mean the same formula.
 */
export function computeElementwise(
  runtime: OrtRuntime,
  name: string,
  formula: Formula,
  inputs: readonly TensorView[],
  output: TensorView,
): void {
  const options: SessionOptions = output.data.length <= ON_ONE_THREAD ? { threads: 1 } : {};
  const key = `ort-backend elementwise ${name} ${inputs.map(({ dims }) => dims.length)} ${options.threads}`;
  const build = (graph: GraphBuilder) => {
    const names = inputs.map(({ dims }, i) => graph.input(`x${i}`, 'float32', symbols(`x${i}`, dims.length)));
    const operand = (value: string | number) =>
      typeof value === 'number' ? graph.constant('float32', [], Float32Array.of(value)) : value;
    const result = formula((operator, ...operands) => graph.node(operator, operands.map(operand)), ...names);
    graph.output(result, 'float32', symbols('y', output.dims.length));
  };
  runtime.session(key, build, options).run(inputs, [output]);
}

function symbols(prefix: string, rank: number): string[] {
  return Array.from({ length: rank }, (_, axis) => `${prefix}_${axis}`);
}
