import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.js';
import { pipConfigFiles } from './config-files.js';
import { parsePipConfig } from './parse-config.js';
import { readPipSettings } from './pip-settings.js';

describe('the files', () => {
  const exists = () => true;

  test('Linux', () => {
    expect(pipConfigFiles({ environment: {}, platform: 'linux', home: '/home/u', exists })).toEqual([
      '/etc/xdg/pip/pip.conf',
      '/etc/pip.conf',
      '/home/u/.pip/pip.conf',
      '/home/u/.config/pip/pip.conf',
    ]);
    const environment = { XDG_CONFIG_DIRS: '/a:/b', XDG_CONFIG_HOME: '/c', VIRTUAL_ENV: '/v', PIP_CONFIG_FILE: '/f' };
    expect(pipConfigFiles({ environment, platform: 'linux', home: '/home/u', exists })).toEqual([
      '/a/pip/pip.conf',
      '/b/pip/pip.conf',
      '/etc/pip.conf',
      '/home/u/.pip/pip.conf',
      '/c/pip/pip.conf',
      '/v/pip.conf',
      '/f',
    ]);
  });

  test('macOS', () => {
    const place = { environment: {}, platform: 'darwin', home: '/Users/u' };
    const [machine, legacy] = ['/Library/Application Support/pip/pip.conf', '/Users/u/.pip/pip.conf'];
    const library = '/Users/u/Library/Application Support/pip/pip.conf';
    expect(pipConfigFiles({ ...place, exists })).toEqual([machine, legacy, library]);
    expect(pipConfigFiles({ ...place, exists: () => false })).toEqual([
      machine,
      legacy,
      '/Users/u/.config/pip/pip.conf',
    ]);
  });

  test('Windows', () => {
    const environment = { APPDATA: 'D:\\Roaming', VIRTUAL_ENV: 'D:\\venv' };
    expect(pipConfigFiles({ environment, platform: 'win32', home: 'C:\\Users\\u', exists })).toEqual([
      'C:\\ProgramData\\pip\\pip.ini',
      'C:\\Users\\u\\pip\\pip.ini',
      'D:\\Roaming\\pip\\pip.ini',
      'D:\\venv\\pip.ini',
    ]);
  });

  test.each(['/dev/null', 'nul', 'NUL'])('none: %s', (PIP_CONFIG_FILE) => {
    expect(pipConfigFiles({ environment: { PIP_CONFIG_FILE }, platform: 'linux', home: '/', exists })).toEqual([]);
  });
});

test('the format', () => {
  const text = `# a comment
[global]
index-url = https://a.invalid/simple ; not a comment
Extra_Index_Url =
    https://b.invalid/simple
    # a comment between
    https://c.invalid/simple
--timeout: 10\r
nonsense
[install]
empty =
[global]
cert=/x
`;
  expect(parsePipConfig(text)).toEqual(
    new Map([
      [
        'global',
        new Map([
          ['index-url', 'https://a.invalid/simple ; not a comment'],
          ['extra-index-url', 'https://b.invalid/simple\nhttps://c.invalid/simple'],
          ['timeout', '10'],
          ['cert', '/x'],
        ]),
      ],
      ['install', new Map([['empty', '']])],
    ]),
  );
});

describe('the settings', () => {
  const read = (environment: NodeJS.ProcessEnv, files: Readonly<Record<string, string>> = {}) => {
    const home = temporaryFolder();
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(home, name)), { recursive: true });
      writeFileSync(join(home, name), text);
    }
    // Where a test writes no files, those of this machine must not matter either.
    const own = Object.keys(files).length === 0 ? { PIP_CONFIG_FILE: '/dev/null' } : {};
    return readPipSettings({ environment: { XDG_CONFIG_DIRS: home, ...own, ...environment }, platform: 'linux', home });
  };

  test('variables, then [install], then [global]; of files, the later one', async () => {
    const files = {
      '.pip/pip.conf': '[install]\nindex-url = http://install.invalid\n[global]\ncert = /global\n',
      '.config/pip/pip.conf':
        '[global]\nindex-url = http://global.invalid\nextra-index-url = http://x.invalid\n  http://y.invalid\ncert = /user\n',
    };
    expect(await read({}, files)).toMatchObject({
      indexes: ['http://install.invalid', 'http://x.invalid', 'http://y.invalid'],
      certificates: '/user',
    });
    expect((await read({ PIP_INDEX_URL: 'http://variable.invalid' }, files)).indexes[0]).toBe(
      'http://variable.invalid',
    );
    expect((await read({ PIP_INDEX_URL: '' }, files)).indexes[0]).toBe('http://install.invalid');
    expect((await read({ PIP_NO_INDEX: 'yes' }, files)).indexes).toEqual([]);
    expect((await read({ PIP_NO_INDEX: '0' }, files)).indexes).toHaveLength(3);
    expect((await read({ PIP_CONFIG_FILE: '/dev/null' }, files)).certificates).toBeUndefined();
  });

  test('proxies', async () => {
    const environment = { HTTPS_PROXY: 'http://s', http_proxy: 'http://p', NO_PROXY: 'a.invalid' };
    expect(await read(environment)).toMatchObject({ proxy: 'http://p', httpsProxy: 'http://s', noProxy: 'a.invalid' });
    expect(await read({ all_proxy: 'http://a' })).toMatchObject({ proxy: 'http://a', httpsProxy: 'http://a' });
    expect(await read({ ...environment, PIP_PROXY: 'http://own' })).toMatchObject({
      proxy: 'http://own',
      httpsProxy: 'http://own',
      noProxy: undefined,
    });
  });

  test('certificates, trusted hosts and folders', async () => {
    expect((await read({ REQUESTS_CA_BUNDLE: '/r' })).certificates).toBe('/r');
    expect((await read({ REQUESTS_CA_BUNDLE: '/r', PIP_CERT: '/c' })).certificates).toBe('/c');
    const settings = await read({
      PIP_TRUSTED_HOST: 'a b:8080',
      PIP_FIND_LINKS: '/wheels https://x.invalid/links file:///more',
    });
    expect(settings.trustedHosts).toEqual(['a', 'b:8080']);
    expect(settings.folders).toEqual(['/wheels', '/more']);
  });

  test('a configuration file that cannot be read', async () => {
    await expect(read({ PIP_CONFIG_FILE: temporaryFolder() })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });
});
