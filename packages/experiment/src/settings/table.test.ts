import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { networks } from '../networks/registry.js';
import { checkValue } from './check-value.js';
import { type AnyNetwork, choicesOf, settingRows } from './network-settings.js';
import { isChoice } from './rule.js';
import { settingNames, settingTable } from './table.js';

describe.each<AnyNetwork>([...networks])('the settings of $name', (network) => {
  const rows = settingRows(network);

  it('are rows of the table, in its order', () => {
    const names = rows.map(({ name }) => name);
    expect(names).toHaveLength(Object.keys(network.settings).length);
    expect(names).toEqual(settingNames().filter((name) => names.includes(name)));
  });

  it.each(rows)('default of $name obeys its rule', (row) => {
    expect(() => checkValue(row, row.default)).not.toThrow();
  });

  it.each(rows.filter(({ before }) => before !== undefined))(
    'value of $name in early records obeys its rule',
    (row) => {
      expect(() => checkValue(row, row.before)).not.toThrow();
    },
  );

  it('are what presets give values to, by their rules', () => {
    for (const values of Object.values(network.presets ?? {})) {
      for (const [name, value] of Object.entries(values)) {
        const row = rows.find((one) => one.name === name)!;
        expect(() => checkValue(row, value)).not.toThrow();
      }
    }
  });

  it('know no names that the table does not', () => {
    for (const { name, rule } of rows.filter((row) => isChoice(row.rule))) {
      expect(choicesOf(network, name).every((choice) => v.is(settingTable[name].rule.schema, choice))).toBe(true);
      expect(rule.words).toBe(`one of ${choicesOf(network, name).join(', ')}`);
    }
  });
});

it.each(Object.entries(settingTable))('%s says in one sentence what it does, and names what its value is', (_, row) => {
  expect(row.help).toMatch(/^\S.*[^.\s]$/);
  expect(row.unit === '').toBe(row.rule.kind === 'switch');
});
