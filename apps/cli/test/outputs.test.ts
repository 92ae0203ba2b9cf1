import { execFileSync } from 'node:child_process';
import { chmod, lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { main } from '../src/main.js';
import { callCli, miniFlags, spawnCli } from './support/cli.js';

const workspace = useWorkspace();
const run = () => workspace('run');
const report = (out: string) => ['report', run(), '--no-predictions', '--out', out];
beforeAll(async () => {
  const short = ['--max-steps', '2', '--eval-freq', '1', '--dnn-hidden-units', '4', '--quiet'];
  expect(await callCli('train', 'mlp-ndarray', ...miniFlags, ...short, '--out', run())).toMatchObject({ code: 0 });
});

describe('report --out', () => {
  it.each(['-', '/dev/stdout'])('%s prints the page, and makes no file', async (out) => {
    const { code, stdout, stderr } = await spawnCli(report(out), { cwd: workspace() }).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/i);
    expect(await readdir(workspace())).not.toContain('-');
  });

  it('a place for a folder is named', async () => {
    const { code, stderr } = await callCli(...report(workspace('pages/')));
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining(`pages/ is a folder where a file is expected; give a file in it, such as`),
    });
  });

  it('a link writes the page where it leads', async () => {
    await symlink('page.html', workspace('link.html'));
    expect(await callCli(...report(workspace('link.html')))).toMatchObject({ code: 0 });
    expect(await readlink(workspace('link.html'))).toBe('page.html');
    expect((await lstat(workspace('page.html'))).isFile()).toBe(true);
  });

  it.skipIf(process.platform === 'win32')('a private file stays private', async () => {
    const file = workspace('private.html');
    await writeFile(file, '');
    await chmod(file, 0o600);
    expect(await callCli(...report(file))).toMatchObject({ code: 0 });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it.skipIf(process.platform === 'win32')('a pipe gets the page', async () => {
    const pipe = workspace('pipe');
    execFileSync('mkfifo', [pipe]);
    const reading = readFile(pipe, 'utf8');
    expect(await callCli(...report(pipe))).toMatchObject({ code: 0 });
    expect(await reading).toMatch(/<\/html>\s*$/);
    expect((await lstat(pipe)).isFIFO()).toBe(true);
  });

  it('a folder is named, not a temporary file', async () => {
    await mkdir(workspace('folder'));
    const { code, stderr } = await callCli(...report(workspace('folder')));
    expect(code).toBe(1);
    expect(stderr).toBe(
      `error: ${workspace('folder')} is a folder where a file is expected; give a file in it, such as ${workspace('folder', 'report.html')}\n`,
    );
  });

  it.skipIf(process.platform !== 'linux')('a full device is named', async () => {
    const { code, stderr } = await callCli(...report('/dev/full'));
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'error: no space left on the device that holds /dev/full; free some space or choose another folder\n',
    });
  });
});

describe.each([
  ['plot', ['plot', 'any-run']],
  ['train', ['train', 'mlp-ndarray']],
  ['sweep', ['sweep', 'any-file.json']],
])('%s --out', (_, args) => {
  it.each([
    ['-', /Several files are written, which stdout cannot take: give a folder/],
    ['', /must not be empty/],
    [' ', /must not be empty/],
  ])('%j is wrong usage', async (out, reason) => {
    const { code, stderr } = await callCli(...args, '--out', out);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(reason) });
  });
});

it('plot follows links and keeps modes of both its pictures', async () => {
  await mkdir(workspace('pictures'));
  await symlink('elsewhere.svg', workspace('pictures', 'curves.svg'));
  await writeFile(workspace('pictures', 'curves.png'), '');
  await chmod(workspace('pictures', 'curves.png'), 0o600);
  expect(await callCli('plot', run(), '--out', workspace('pictures'))).toMatchObject({ code: 0 });
  expect(await readFile(workspace('pictures', 'elsewhere.svg'), 'utf8')).toContain('<svg');
  if (process.platform !== 'win32') expect((await stat(workspace('pictures', 'curves.png'))).mode & 0o777).toBe(0o600);
});

describe('plot on a terminal', () => {
  const plotOn = async (terminal: { columns: number; hasColors?: () => boolean }) => {
    let text = '';
    const stdout = { write: (more: string) => (text += more), isTTY: true, ...terminal };
    expect(await main(['plot', run(), '--out', workspace('plotted')], { stdout, stderr: { write() {} } })).toBe(0);
    return text;
  };

  it('draws in colour only where colours are welcome', async () => {
    expect(await plotOn({ columns: 80, hasColors: () => true })).toContain('\u001b[94m');
    const plain = await plotOn({ columns: 80, hasColors: () => false });
    expect(plain).toContain('run: loss');
    expect(plain).not.toContain('\u001b');
    expect(await plotOn({ columns: 80 })).not.toContain('\u001b');
  });

  it('of unknown size draws, and on one that is too narrow names the files only', async () => {
    expect(await plotOn({ columns: 0 })).toContain('run: loss');
    expect(await plotOn({ columns: 23 })).toBe(
      `${workspace('plotted', 'curves.svg')}\n${workspace('plotted', 'curves.png')}\n`,
    );
  });
});
