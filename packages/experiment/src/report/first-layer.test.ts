import type { ReportBlock } from '@cifarlab/plots';
import { describe, expect, it } from 'vitest';
import { convnet } from '../networks/convnet.js';
import { mlp } from '../networks/mlp.js';
import type { Network, Weights } from '../networks/network.js';
import { firstLayerBlock, MOST_FILTERS } from './first-layer.js';

const classNames = ['cat', 'dog'];
const array = (shape: number[], value: (index: number) => number, dtype: 'float32' | 'float64' = 'float32') => {
  const size = shape.reduce((product, side) => product * side, 1);
  const data = dtype === 'float32' ? new Float32Array(size) : new Float64Array(size);
  return { shape, data: data.map((_, index) => value(index)) };
};

function filtersOf(weights: Weights, network: Network = mlp): Extract<ReportBlock, { kind: 'images' }> {
  return firstLayerBlock({ network, weights, classNames }) as Extract<ReportBlock, { kind: 'images' }>;
}

describe('firstLayerBlock', () => {
  it.each(['float32', 'float64'] as const)(
    'scales each unit by itself from its smallest to its largest, in %s',
    (dtype) => {
      const linear = array([2, 3072], (i) => (i < 3072 ? i : -1000 + i / 10), dtype);
      const { images, caption, label } = filtersOf({
        'layers.0.weight': linear,
        'layers.1.weight': array([2, 2], () => 1),
      });
      expect(images).toHaveLength(2);
      for (const { data, width, height, channels = 3, layout = 'CHW' } of images) {
        expect({ width, height, channels, layout }).toEqual({ width: 32, height: 32, channels: 3, layout: 'CHW' });
        expect([data[0], data[1536], data[3071]]).toEqual([0, 128, 255]);
      }
      expect(caption).toContain('the smallest weight is 0, the largest 255');
      expect(label).toContain('all');
    },
  );

  it('shows the largest units of a wide layer, in their order', () => {
    const units = MOST_FILTERS + 8;
    // Odd units grow towards the end, even ones are all but nothing; the sign of the first weight tells them apart.
    const size = (unit: number) => (unit % 2 === 1 ? unit : 1e-3 * unit);
    const linear = array(
      [units, 3072],
      (i) => size(Math.floor(i / 3072)) * (i % 3072 === Math.floor(i / 3072) ? 1 : -1),
    );
    const { images, caption } = filtersOf({ 'layers.0.weight': linear, 'layers.1.weight': array([2, 2], () => 1) });
    expect(images).toHaveLength(MOST_FILTERS);
    const shown = images.map(({ data }) => data.indexOf(255));
    const strongest = Array.from({ length: units }, (_, unit) => unit)
      .sort((a, b) => size(b) - size(a))
      .slice(0, MOST_FILTERS);
    expect(shown).toEqual(strongest.sort((a, b) => a - b));
    expect(caption).toContain(`the ${MOST_FILTERS} of ${units} with the largest norm`);
  });

  it('names the classes of a network without a hidden layer', () => {
    const { images, label } = filtersOf({ 'layers.0.weight': array([2, 3072], (i) => i) });
    expect(images.map(({ caption }) => caption)).toEqual(['cat', 'dog']);
    expect(label).toBeUndefined();
  });

  it('shows the kernels of the ConvNet', () => {
    const weights = { 'conv0.weight': array([64, 3, 3, 3], (i) => (i % 27) / 26) };
    const { images } = filtersOf(weights, convnet);
    expect(images).toHaveLength(64);
    expect(images[5]).toMatchObject({ width: 3, height: 3 });
    expect([...images[5]!.data]).toEqual(Array.from({ length: 27 }, (_, i) => Math.round((255 * i) / 26)));
  });

  it('is grey where weights do not differ or are not finite', () => {
    const { images } = filtersOf({
      'layers.0.weight': array([2, 3072], (i) => (i < 3072 ? 0 : Number.NaN)),
    });
    for (const { data } of images) expect(new Set(data)).toEqual(new Set([128]));
  });

  it('is absent where the first layer does not see colour images of 32 x 32', () => {
    expect(filtersOf({ 'layers.0.weight': array([2, 100], () => 1) })).toBeUndefined();
    expect(filtersOf({})).toBeUndefined();
  });
});
