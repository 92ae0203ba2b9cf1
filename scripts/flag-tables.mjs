// Writes the tables of flags in the command line's README anew, from the settings in packages/experiment.
//   npm run flag-tables
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { withFlagTables } from './flag-tables/render.mjs';
import { build, orExit, root } from './lib/workspace.mjs';

await orExit(build({ quiet: true }));
const { networks, settingRows, settingTable } = await import(
  pathToFileURL(join(root, 'packages/experiment/dist/index.js')).href
);
const page = join(root, 'apps/cli/README.md');
const settings = {
  networks: networks.map((network) => ({
    name: network.name,
    rows: settingRows(network),
    presets: network.presets ?? {},
  })),
  order: Object.keys(settingTable),
};
writeFileSync(page, withFlagTables(readFileSync(page, 'utf8'), settings));
