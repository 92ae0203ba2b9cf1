import { fromBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it, test } from 'vitest';
import { ModelProtoSchema } from '../generated/onnx_pb.js';
import { OnnxError, OnnxGraph } from '../index.js';

/** y = x W + 1 */
function product(): OnnxGraph {
  const graph = new OnnxGraph('product');
  graph.input('x', 'float32', ['n', 2]);
  const w = graph.initializer('w', { shape: [2, 1], data: Float32Array.of(3, 4) });
  graph.node('Add', [graph.node('MatMul', ['x', w]), graph.scalar(1)], { output: 'y' });
  graph.output('y', 'float32', ['n', 1]);
  return graph;
}

it('builds what ONNX Runtime computes', async () => {
  const session = await InferenceSession.create(product().encode(), { intraOpNumThreads: 1 });
  const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(1, 2, -1, 0.5), [2, 2]) });
  expect(Array.from(y!.data as Float32Array)).toEqual([12, 0]);
  await session.release();
});

it('writes versions, names and texts', () => {
  const metadata = { '': 'empty', größe: 'ein "Text"\n日本' };
  const producer = { name: 'me', version: '1.2.3' };
  const model = fromBinary(ModelProtoSchema, product().encode({ producer, description: 'A product.', metadata }));
  expect(model).toMatchObject({
    irVersion: 7n,
    producerName: 'me',
    producerVersion: '1.2.3',
    docString: 'A product.',
    opsetImport: [{ domain: '', version: 13n }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  expect(model.graph).toMatchObject({
    name: 'product',
    node: [
      { opType: 'MatMul', input: ['x', 'w'], output: ['product/MatMul'] },
      { opType: 'Add', output: ['y'] },
    ],
  });
});

it('gives every node without a name of its own another one', () => {
  const graph = new OnnxGraph('g');
  graph.input('x', 'float32', ['n']);
  const names = [1, 2, 3].map(() => graph.node('Relu', ['x'], { scope: 'layer' }));
  expect(names).toEqual(['layer/Relu', 'layer/Relu_2', 'layer/Relu_3']);
});

it('keeps any numbers bit for bit', () => {
  fc.assert(
    fc.property(
      fc.float32Array({ minLength: 1, maxLength: 8 }),
      fc.bigInt64Array({ maxLength: 8 }),
      (floats, integers) => {
        const graph = new OnnxGraph('numbers');
        graph.initializer('f', { shape: [floats.length], data: floats });
        graph.initializer('i', { shape: [integers.length], data: integers });
        const { initializer } = fromBinary(ModelProtoSchema, graph.encode()).graph!;
        expect(initializer.map(({ dataType }) => dataType)).toEqual([1, 7]);
        expect(new Float32Array(initializer[0]!.rawData.slice().buffer)).toEqual(floats);
        expect(new BigInt64Array(initializer[1]!.rawData.slice().buffer)).toEqual(integers);
      },
    ),
  );
});

describe('refuses', () => {
  const graph = () => {
    const it = new OnnxGraph('g');
    it.input('x', 'float32', ['n']);
    return it;
  };
  test.each<[string, () => unknown, RegExp]>([
    ['a name twice', () => graph().input('x', 'uint8', [1]), /The name "x" of a value is taken/],
    ['no name', () => graph().node('Relu', ['x'], { output: '' }), /The name "" of a value must not be empty/],
    ['an input that is not there', () => graph().node('Relu', ['y']), /The graph has no value "y"/],
    ['an output that is not there', () => graph().output('y', 'float32', [1]), /The graph has no value "y"/],
    [
      'another number of numbers',
      () => graph().initializer('w', { shape: [2, 2], data: new Float32Array(3) }),
      /The tensor "w" of shape \[2, 2\] must have 4 numbers, and has 3/,
    ],
    [
      'an attribute that is not whole',
      () => graph().node('Elu', ['x'], { attributes: { alpha: 0.5 } }),
      /The attribute "alpha" must be whole numbers, and is 0\.5; give \{ float: 0\.5 \}/,
    ],
  ])('%s', (_, work, message) => {
    expect(work).toThrow(message);
    expect(work).toThrow(expect.objectContaining({ name: 'OnnxError', code: 'INVALID' }));
  });

  it('more bytes than a file can hold, before it makes them', () => {
    // The same memory several times, never written to.
    const data = new Float32Array(2 ** 27);
    const large = new OnnxGraph('large');
    for (let i = 0; i < 4; i++) large.initializer(`w${i}`, { shape: [2 ** 27], data });
    const before = process.memoryUsage().arrayBuffers;
    expect(() => large.encode()).toThrow(OnnxError);
    expect(() => large.encode()).toThrow(/The model has 2147483648 bytes, and an ONNX file holds 2147483647/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 27);
  });
});
