import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkOf } from '../networks/registry.js';
import type { EntryValue } from './check-value.js';
import { readEntries } from './read-entries.js';
import { writeText } from './rule.js';
import { SettingError } from './setting-error.js';
import { settingsOf } from './settings-of.js';

const mlp = networkOf('mlp');

describe('readEntries', () => {
  it('reads values as a person writes them', () => {
    const entries = { learningRate: '1e-3', batchSize: 50, dnnHiddenUnits: '200,100', optimizer: 'AdamW', flip: true };
    expect(readEntries(mlp, entries)).toEqual({
      learningRate: 0.001,
      batchSize: 50,
      dnnHiddenUnits: [200, 100],
      optimizer: 'adamw',
      flip: true,
    });
    expect(readEntries(mlp, { dnnHiddenUnits: 100 })).toEqual({ dnnHiddenUnits: [100] });
  });

  it('reads written settings back', () => {
    const given = fc.record({
      dnnHiddenUnits: fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 3 }),
      learningRate: fc.double({ min: 1e-9, max: 10, noNaN: true }),
      norm: fc.constantFrom('none' as const, 'layer' as const, 'batch' as const),
      flip: fc.boolean(),
    });
    fc.assert(
      fc.property(given, (some) => {
        const settings = settingsOf(mlp, some);
        const written = Object.entries(settings)
          .filter(([, value]) => value !== null)
          .map(([name, value]): [string, EntryValue] => [name, typeof value === 'boolean' ? value : writeText(value)]);
        expect(settingsOf(mlp, readEntries(mlp, Object.fromEntries(written)))).toEqual(settings);
      }),
    );
  });

  it.each<[Record<string, EntryValue>, string]>([
    [{ learning_rate: 1 }, 'learning_rate 1 is not a setting of mlp; did you mean learningRate?'],
    [{ learningRate: 'fast' }, 'learningRate fast must be a number above 0, such as 1e-3'],
    [{ learningRate: true }, 'learningRate true must be a number above 0, such as 1e-3'],
    [{ flip: 'true' }, 'flip true must be true or false'],
    [{ flip: 1 }, 'flip 1 must be true or false'],
  ])('refuses %j', (entries, message) => {
    expect(() => readEntries(mlp, entries)).toThrow(SettingError);
    expect(() => readEntries(mlp, entries)).toThrow(message);
  });
});
