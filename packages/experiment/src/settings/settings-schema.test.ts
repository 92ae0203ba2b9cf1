import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { networkOf, networks } from '../networks/registry.js';
import { byKey } from './keys.js';
import { settingsSchema } from './settings-schema.js';

const results = fileURLToPath(new URL('../../../../docs/results/', import.meta.url));
const recorded = readdirSync(results, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('config.json'))
  .map((file) => [file, JSON.parse(readFileSync(join(results, file), 'utf8'))] as const);

it.each(recorded)('reads the settings of docs/results/%s', (_, { model, settings }) => {
  const network = networkOf(model);
  const read = v.parse(settingsSchema(network), settings);
  expect(byKey(read)).toMatchObject(settings);
  expect(Object.keys(read)).toEqual(expect.arrayContaining(Object.keys(network.settings)));
});

it('finds recorded runs', () => {
  expect(recorded.length).toBeGreaterThanOrEqual(10);
});

it.each(networks)('reads what $name records, as it is', (network) => {
  const json = JSON.stringify(byKey(network.settings));
  expect(JSON.stringify(byKey(v.parse(settingsSchema(network), JSON.parse(json))))).toBe(json);
});

describe('a record of another version', () => {
  const { preset, scheduleSteps, flip, crop, cutout, test, ...early } = networkOf('mlp').settings;
  const record = byKey(early);
  const schema = settingsSchema(networkOf('mlp'));

  it('is given the values from before there was a choice', () => {
    expect(v.parse(schema, record)).toEqual({ ...early, preset, scheduleSteps, flip, crop, cutout, test });
  });

  it('keeps settings that are unknown here', () => {
    expect(v.parse(schema, { ...record, blur: [1, 2] })).toMatchObject({ blur: [1, 2] });
  });
});

it.each<[string, unknown, string]>([
  ['evalFreq', -1, 'a whole number of 1 or more'],
  ['activation', 'step', 'one of "elu", "relu", "leaky-relu", "tanh"'],
  ['activation', 'gelu', 'one of "elu", "relu", "leaky-relu", "tanh"'],
  ['dnnHiddenUnits', [3, 'x'], 'a whole number of 1 or more'],
  ['dnnHiddenUnits', 100, 'an array of at most 1000 numbers of units'],
  ['negSlope', 'none', 'a number of 0 or more'],
  ['batchSize', null, 'a whole number of 1 or more'],
  ['flip', 1, 'true or false'],
  ['blur', { sigma: 1 }, 'a text, a number, true, false, null, or an array of these'],
  ['blur', 'undefined', 'a text, a number, true, false, null, or an array of these'],
])('refuses %s %j', (name, value, rule) => {
  const network = networkOf('mlp-ndarray');
  const { issues } = v.safeParse(
    settingsSchema(network),
    { ...byKey(network.settings), [name]: value },
    { abortEarly: true },
  );
  expect(issues?.[0]).toMatchObject({ message: rule });
  expect(issues?.[0]?.path?.[0]).toMatchObject({ key: name });
});

it.each([undefined, null, 3, [], 'settings'])('refuses %j in place of all settings', (value) => {
  const { issues } = v.safeParse(settingsSchema(networkOf('mlp')), value, { abortEarly: true });
  expect(issues?.[0]).toMatchObject({ message: 'an object' });
});
