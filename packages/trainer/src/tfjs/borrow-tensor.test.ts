import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, it } from 'vitest';
import { borrowTensor } from './borrow-tensor.js';

/** A backend of tfjs's cpu kernels that takes over values, or does not say so. */
async function useBackend(takesValues: boolean): Promise<void> {
  await tf.setBackend('cpu');
  const cpu = tf.backend();
  const backend = takesValues ? Object.assign(Object.create(cpu), { takesValues: true }) : cpu;
  tf.registerBackend('borrowing', () => backend);
  await tf.setBackend('borrowing');
}

/** The values that the backend itself has of a tensor. */
const held = ({ dataId }: tf.Tensor) =>
  (tf.backend() as unknown as { data: tf.DataStorage<{ values: Float32Array }> }).data.get(dataId).values;

afterEach(() => tf.removeBackend('borrowing'));

it('makes a tensor of the very values where the backend takes them', async () => {
  await useBackend(true);
  const values = Float32Array.of(1, 2, 3, 4);
  const tensor = borrowTensor(values, [2, 2]);
  expect(held(tensor)).toBe(values);
  expect([tensor.shape, tensor.dtype, [...tensor.dataSync()]]).toEqual([[2, 2], 'float32', [1, 2, 3, 4]]);
  const before = tf.memory().numTensors;
  tensor.dispose();
  expect(tf.memory().numTensors).toBe(before - 1);
});

it('makes an ordinary tensor on another backend', async () => {
  await useBackend(false);
  const tensor = borrowTensor(Float32Array.of(1, 2), [1, 2]);
  expect([tensor.shape, [...tensor.dataSync()]]).toEqual([
    [1, 2],
    [1, 2],
  ]);
  tensor.dispose();
});

it.each([true, false])(
  "has tfjs's error for values that do not fit the shape; takes values: %s",
  async (takesValues) => {
    await useBackend(takesValues);
    expect(() => borrowTensor(Float32Array.of(1, 2, 3), [2, 2])).toThrow(/shape/);
  },
);
