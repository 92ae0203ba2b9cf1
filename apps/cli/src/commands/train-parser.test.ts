import { readFileSync } from 'node:fs';
import { networkOf, networks, type SettingsOf, settingsOf } from '@cifarlab/experiment';
import { Command } from 'commander';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSettingOptions, givenSettings } from '../flags/setting-options.js';
import { createProgram } from '../program.js';
import { flagOf, flagWords } from '../words/flag-words.js';

/** Returns the help text of `train <name>` as it is printed without a terminal. */
function helpOf(name: string): string {
  const stream = { write() {} };
  const train = createProgram({ stdout: stream, stderr: stream }, () => {}).commands.find(
    (command) => command.name() === 'train',
  );
  const help = train!.commands.find((command) => command.name() === name)!.helpInformation();
  // How a person starts it, which the help says too, is not the same everywhere, and moves the ends of lines.
  return help.replaceAll(/\s+/g, ' ').replaceAll('npx cifarlab', 'cifarlab');
}

it.each(networks.map(({ name }) => name))('train %s --help', (name) => {
  const text = readFileSync(new URL(`./fixtures/train-${name}.help.txt`, import.meta.url), 'utf8');
  expect(helpOf(name)).toBe(text.replaceAll(/\s+/g, ' '));
});

describe('flags', () => {
  const mlp = networkOf('mlp');

  /** Returns the settings that a command line of `train mlp` gives. */
  function parse(argv: readonly string[]) {
    const command = new Command().exitOverride();
    addSettingOptions(command, mlp, ['network', 'training', 'images', 'evaluation']);
    command.parse(argv, { from: 'user' });
    return givenSettings(command, mlp);
  }

  it('are spelt as the command line reads them', () => {
    const given: fc.Arbitrary<Partial<SettingsOf<'mlp'>>> = fc.record(
      {
        preset: fc.constant('strong' as const),
        dnnHiddenUnits: fc.array(fc.integer({ min: 1, max: 999 }), { maxLength: 3 }),
        activation: fc.constantFrom('relu' as const, 'leaky-relu' as const),
        learningRate: fc.double({ min: 1e-9, max: 10, noNaN: true }),
        batchSize: fc.integer({ min: 2, max: 999 }),
        flip: fc.constant(true),
        test: fc.constant(false),
        crop: fc.integer({ min: 0, max: 31 }),
      },
      { requiredKeys: [], noNullPrototype: true },
    );
    fc.assert(
      fc.property(given, (settings) => {
        const argv = Object.entries(settings).flatMap(([setting, value]) => {
          const [flag, ...words] = flagWords({ setting, value }).split(' ');
          return [flag!, ...words.map((word) => (word === '""' ? '' : word))];
        });
        expect(parse(argv)).toEqual(settings);
        expect(settingsOf(mlp, parse(argv))).toEqual(settingsOf(mlp, settings));
      }),
    );
  });

  it('have the names of their settings, with dashes', () => {
    expect(flagOf('dnnHiddenUnits')).toBe('dnn-hidden-units');
    expect(flagWords({ setting: 'learningRate' })).toBe('--learning-rate');
  });
});
