import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configurationId, folderLabel } from './identity.js';

const settings = fc.dictionary(
  fc.constantFrom('learningRate', 'momentum', 'flip', 'dnnHiddenUnits', 'activation'),
  fc.oneof(
    fc.double({ noNaN: true }),
    fc.boolean(),
    fc.array(fc.nat(), { maxLength: 3 }),
    fc.string(),
    fc.constant(null),
  ),
  { noNullPrototype: true },
);

describe('configurationId', () => {
  it('does not depend on the order of the settings, on the seed or on defaults written out', () => {
    fc.assert(
      fc.property(settings, settings, fc.nat(), (defaults, own, seed) => {
        const all = { ...defaults, ...own };
        const id = configurationId('mlp', all, defaults);
        expect(id).toMatch(/^[0-9a-f]{10}$/);
        const reversed = Object.fromEntries(Object.entries({ ...all, seed }).reverse());
        expect(configurationId('mlp', reversed, { ...defaults, seed: 42 })).toBe(id);
      }),
    );
  });

  it('stays when a later version adds a setting', () => {
    fc.assert(
      fc.property(settings, settings, (defaults, own) => {
        const id = configurationId('mlp', { ...defaults, ...own }, defaults);
        expect(configurationId('mlp', { ...defaults, ...own, added: 0 }, { ...defaults, added: 0 })).toBe(id);
      }),
    );
  });

  it('differs between settings that differ', () => {
    fc.assert(
      fc.property(settings, settings, settings, (defaults, one, other) => {
        const [a, b] = [one, other].map((own) => ({ ...defaults, ...own })) as [object, object];
        const same = configurationId('mlp', a, defaults) === configurationId('mlp', b, defaults);
        expect(same).toBe(canonical(a) === canonical(b));
      }),
    );
    expect(configurationId('mlp', {}, {})).not.toBe(configurationId('mlp-ndarray', {}, {}));
  });

  it('is the same in every version, so that results are found again', () => {
    const own = { learningRate: 0.01, dnnHiddenUnits: [100, 50], flip: true };
    expect(configurationId('mlp', own, { learningRate: 0.001, flip: false })).toBe('edc5ede6b6');
    // By the keys that files have, whatever programs call the settings.
    const slope = { activation: 'leaky-relu', negativeSlope: 0.3, validationSize: 100 };
    const usual = { activation: 'elu', negativeSlope: null, validationSize: 0 };
    expect(configurationId('mlp', slope, usual)).toBe('d84bed8395');
  });
});

describe('folderLabel', () => {
  it('is a plain name of a folder, of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (name) => {
        expect(folderLabel(name)).toMatch(/^[A-Za-z0-9+]([A-Za-z0-9.+-]{0,58}[A-Za-z0-9+])?$/);
      }),
    );
  });

  it.each([
    ['optimizer adam, learning-rate 0.001, flip', 'optimizer-adam-learning-rate-0.001-flip'],
    ['dnn-hidden-units 512,256, init he', 'dnn-hidden-units-512-256-init-he'],
    ['dnn-hidden-units ""', 'dnn-hidden-units'],
    ['../..', 'configuration'],
  ])('%s -> %s', (name, label) => {
    expect(folderLabel(name)).toBe(label);
  });
});

function canonical(settings: object): string {
  return JSON.stringify(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)));
}
