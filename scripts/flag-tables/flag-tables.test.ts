import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type AnyNetwork, networks, settingRows, settingTable } from '../../packages/experiment/src/index.js';
import { root } from '../lib/workspace.mjs';
import { withFlagTables } from './render.mjs';

const page = readFileSync(join(root, 'apps/cli/README.md'), 'utf8');
const tables = networks.map((network: AnyNetwork) => ({
  name: network.name,
  rows: settingRows(network),
  presets: network.presets ?? {},
}));

const order = Object.keys(settingTable);

it('the tables of flags are current: `npm run flag-tables` writes them', () => {
  expect(withFlagTables(page, { networks: tables, order })).toBe(page);
});

it('every setting is in a table or in the text', () => {
  for (const { rows } of tables) {
    for (const { name, key = name, default: value } of rows) {
      const flag = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      expect(page).toContain(value === true ? `\`--no-${flag}\`` : `\`--${flag}`);
    }
  }
});

it('a setting that is not given says what stands for it', () => {
  expect(page).toMatch(/^\| `--sgd-learning-rate` \| \| \| `--learning-rate` \| 0\.4 \|/m);
  expect(page).not.toMatch(/\| null \|/);
});

it('a setting that changes changes its table, and nothing else of the page', () => {
  const changed = tables.map((network) => ({
    ...network,
    rows: network.rows.map((row) => (row.name === 'batchSize' ? { ...row, default: 7, help: 'a | b' } : row)),
  }));
  const before = page.split('\n');
  const after = withFlagTables(page, { networks: changed, order }).split('\n');
  expect(after.filter((line, index) => line !== before[index])).toEqual([
    '| `--batch-size <images>` | 7 | 7 | 7 | 7 | 7 | a \\| b |',
    '| `--batch-size` | 7 | 7 | 7 | 512 | 7 | 7 |',
  ]);
});

it('a marker of no table is an error', () => {
  expect(() => withFlagTables('<!-- flags colours -->\n<!-- /flags -->', { networks: tables, order })).toThrow(
    '<!-- flags colours -->: no network has such settings',
  );
});
