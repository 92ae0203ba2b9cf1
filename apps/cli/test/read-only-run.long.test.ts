// Runs that belong to somebody else: they may be read, and nothing may be written beside them.
import { chmod, chown, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listing, miniDataset, useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { callCli, miniFlags, type Outcome, spawnCli } from './support/cli.js';

const workspace = useWorkspace();
const run = () => workspace('run');
const data = ['--data-dir', miniDataset, '--allow-unverified'];
/** The superuser may write everywhere, so that its tests are another user's. */
const uid = process.getuid?.() === 0 ? 65534 : undefined;

let before: string[];

beforeAll(async () => {
  const short = ['--max-steps', '2', '--eval-freq', '1', '--dnn-hidden-units', '4', '--quiet'];
  expect(await callCli('train', 'mlp-ndarray', ...miniFlags, ...short, '--out', run())).toMatchObject({ code: 0 });
  await mkdir(workspace('mine'));
  await chmod(workspace(), 0o755);
  if (uid !== undefined) await chown(workspace('mine'), uid, uid);
  else await chmod(run(), 0o555);
  before = await listing(run());
});

afterAll(() => chmod(run(), 0o755));

function asReader(...args: string[]): Promise<Outcome> {
  return spawnCli(args, { cwd: workspace('mine'), ...(uid === undefined ? {} : { uid }) }).ended;
}

describe.skipIf(process.platform === 'win32')('a run that one may only read', () => {
  it('eval prints its accuracy, then says why there are no files and where they could go', async () => {
    const { code, stdout, stderr } = await asReader('eval', run(), ...data);
    expect(stdout).toMatch(/^test accuracy 0\.\d{4}, loss /);
    expect(stdout).not.toContain('confusion matrix');
    expect(stderr.trim().split('\n').at(-1)).toBe(
      `error: The confusion matrix could not be written (no permission for ${run()}; choose another folder or change its permissions). Give a folder for it with --out`,
    );
    expect(code).toBe(1);
  });

  it('eval --json prints the whole result', async () => {
    const { code, stdout } = await asReader('eval', run(), ...data, '--json', '--quiet');
    expect(JSON.parse(stdout)).toMatchObject({ split: 'test', count: 40, accuracy: expect.any(Number) });
    expect(code).toBe(1);
  });

  it('eval --out writes elsewhere, folders included', async () => {
    const out = workspace('mine', 'deep', 'er');
    const { code, stdout } = await asReader('eval', run(), ...data, '--out', out);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(`confusion matrix ${out}`) });
    expect((await readdir(out)).sort()).toEqual(['confusion-test.json', 'confusion-test.png', 'confusion-test.svg']);
    const written = JSON.parse(await readFile(`${out}/confusion-test.json`, 'utf8'));
    expect(written).toMatchObject({ run: run() });
  });

  it.each([
    [['--split', 'validation'], 'is empty'],
    [['--data-dir', 'nowhere'], 'nowhere: cannot be read'],
  ])('eval %j takes the folders back that it made for --out', async (flags, reason) => {
    const { stderr } = await asReader('eval', run(), ...data, ...flags, '--out', workspace('mine', 'new', 'given-up'));
    expect(stderr).toContain(reason);
    expect(await readdir(workspace('mine'))).not.toContain('new');
  });

  it('eval --out refuses a folder one may not write to before any work', async () => {
    const { code, stdout, stderr } = await asReader('eval', run(), ...data, '--out', run());
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('cannot be written: no permission for ');
  });

  it.each(['plot', 'report'])('%s says so before any work', async (command) => {
    const { code, stdout, stderr } = await asReader(command, run());
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: .* cannot be written: no permission for .*Give a place for it with --out\n$/);
  });

  it('plot --out and report --out write elsewhere', async () => {
    const out = workspace('mine', 'page.html');
    expect(await asReader('plot', run(), '--out', workspace('mine'))).toMatchObject({ code: 0 });
    expect(await asReader('report', run(), ...data, '--out', out)).toMatchObject({ code: 0, stdout: `${out}\n` });
    expect(await readdir(workspace('mine'))).toEqual(expect.arrayContaining(['curves.png', 'curves.svg', 'page.html']));
  });

  it('export says so, and writes elsewhere with --out', async () => {
    const { code, stdout, stderr } = await asReader('export', run());
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^error: .*export.onnx cannot be written: no permission for .*Give a place for it with --out\n$/,
    );
    const out = workspace('mine', 'exported');
    expect(await asReader('export', run(), '--out', out)).toMatchObject({ code: 0 });
    expect((await readdir(out)).sort()).toEqual(['README.md', 'model.onnx']);
  });

  it('report through a link that leads to a folder one may not write to', async () => {
    await symlink(`${run()}/config.json`, workspace('mine', 'link.html'));
    const { code, stderr } = await asReader(
      'report',
      run(),
      '--no-predictions',
      '--out',
      workspace('mine', 'link.html'),
    );
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('link.html cannot be written: ') });
  });

  it('leaves the run as it was', async () => {
    expect(await listing(run())).toEqual(before);
  });
});
