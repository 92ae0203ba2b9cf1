import { describe, expect, it } from 'vitest';
import { ownCommand, ownCommandLine } from './own-command.js';

const clone = '/home/me/cifarlab/apps/cli/dist/own-command.js';
const project = '/home/me/project/node_modules/@cifarlab/cli/dist/own-command.js';
const start = (script: string, home: string, env = {}, platform: NodeJS.Platform = 'linux') =>
  ownCommand({ script, home, env, platform }).join(' ');

describe('ownCommand', () => {
  it.each([
    ['npx in a clone', '/home/me/cifarlab/node_modules/.bin/cifarlab', clone, { npm_command: 'exec' }],
    [
      'npx in a clone, before it was built',
      '/home/me/.npm/_npx/1a2b/node_modules/.bin/cifarlab',
      clone,
      { npm_command: 'exec' },
    ],
    ['npm start', '/home/me/cifarlab/scripts/cifarlab.mjs', clone, { npm_command: 'start' }],
    ['npm run', '/home/me/cifarlab/scripts/cifarlab.mjs', clone, { npm_command: 'run-script' }],
    ['node in a clone', '/home/me/cifarlab/apps/cli/dist/bin.js', clone, {}],
    ['npx in a project', '/home/me/project/node_modules/.bin/cifarlab', project, { npm_command: 'exec' }],
    ['a project by hand', '/home/me/project/node_modules/.bin/cifarlab', project, {}],
  ])('is npx cifarlab from %s', (_, script, home, env) => {
    expect(start(script, home, env)).toBe('npx cifarlab');
  });

  it('names the package where npx fetched it', () => {
    const cache = '/home/me/.npm/_npx/1a2b/node_modules';
    const home = `${cache}/@cifarlab/cli/dist/own-command.js`;
    expect(start(`${cache}/.bin/cifarlab`, home, { npm_command: 'exec' })).toBe('npx @cifarlab/cli');
    const windows = 'C:\\Users\\me\\AppData\\Local\\npm-cache\\_npx\\1a2b\\node_modules\\@cifarlab\\cli\\dist\\bin.js';
    expect(start(windows, windows, { npm_command: 'exec' }, 'win32')).toBe('npx @cifarlab/cli');
  });

  it('is cifarlab where that is a command on the path', () => {
    expect(start('/usr/local/bin/cifarlab', '/usr/local/lib/node_modules/@cifarlab/cli/dist/bin.js')).toBe('cifarlab');
    expect(start('/usr/local/bin/cifarlab', clone)).toBe('cifarlab');
    const windows = 'C:\\Users\\me\\AppData\\Roaming\\npm\\node_modules\\@cifarlab\\cli\\dist\\bin.js';
    expect(start(windows, windows, {}, 'win32')).toBe('cifarlab');
  });
});

it('a command line can be copied', () => {
  expect(ownCommandLine('report', 'my run')).toMatch(/^npx cifarlab report ['"]my run['"]$/);
});
