import type { LayerConverter } from './layer-context.js';
import { padding } from './padding.js';

/** `MaxPool3x3` of `@cifarlab/torch-layers`. */
export const maxPool3x3: LayerConverter = (layer, [{ name: x }]) =>
  layer.node('MaxPool', [x], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] });

/** tf.layers' `maxPooling2d`. */
export const maxPooling2d: LayerConverter = (layer, [{ name: x, shape }]) => {
  const { poolSize, strides, padding: pad, dataFormat } = layer.config as unknown as MaxPooling2dConfig;
  if (dataFormat === 'channelsFirst') throw layer.unsupported('the data format', dataFormat);
  const [[size, width], [stride, across]] = [poolSize, strides];
  if (size !== width) throw layer.unsupported('the pool size', poolSize);
  if (stride !== across) throw layer.unsupported('the strides', strides);
  return layer.node('MaxPool', [x], {
    kernel_shape: [size, size],
    strides: [stride, stride],
    ...padding(shape, { size, stride, padding: pad }),
  });
};

interface MaxPooling2dConfig {
  poolSize: [number, number];
  strides: [number, number];
  padding: 'same' | 'valid';
  dataFormat?: string;
}

/** tf.layers' `globalAveragePooling2d`. */
export const globalAveragePooling2d: LayerConverter = (layer, [{ name: x }]) => {
  const { dataFormat } = layer.config;
  if (dataFormat === 'channelsFirst') throw layer.unsupported('the data format', dataFormat);
  return layer.node('Flatten', [layer.node('GlobalAveragePool', [x])]);
};
