import { readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { callCli, miniFlags } from './support/cli.js';

const workspace = useWorkspace();
const run = () => workspace('run');

beforeAll(async () => {
  const short = ['--max-steps', '2', '--dnn-hidden-units', '4', '--quiet', '--out', run()];
  expect((await callCli('train', 'mlp', ...miniFlags, ...short)).code).toBe(0);
});

describe('export', () => {
  it.each([
    ['onnx', ['model.onnx', 'README.md']],
    ['tfjs', ['model.json', 'weights.bin', 'config.json', 'README.md']],
    ['safetensors', ['model.safetensors', 'config.json', 'README.md']],
    ['state-dict', ['model.pth', 'config.json', 'README.md']],
  ])('--format %s prints its files, the model first', async (format, files) => {
    const { code, stdout, stderr } = await callCli('export', run(), '--format', format);
    expect(code).toBe(0);
    const paths = stdout.trimEnd().split('\n');
    expect(paths).toEqual(files.map((file) => workspace('run', 'export', format, file)));
    for (const path of paths) expect((await readFile(path)).length).toBeGreaterThan(0);
    expect(stderr).toMatch(new RegExp(`^${format} of the checkpoint last, step 2: [\\d.]+ [KM]iB\n$`));
  });

  it('--json prints one object, --quiet nothing else', async () => {
    const out = workspace('json');
    const { stdout, stderr } = await callCli('export', run(), '--out', out, '--json', '--quiet');
    const { bytes, ...exported } = JSON.parse(stdout);
    const files = ['model.onnx', 'README.md'].map((file) => workspace('json', file));
    expect(exported).toEqual({ run: run(), format: 'onnx', checkpoint: 'last', step: 2, files });
    const sizes = await Promise.all(files.map(async (file) => (await readFile(file)).length));
    expect(bytes).toBe(sizes[0]! + sizes[1]!);
    expect(stderr).toBe('');
  });

  it('replaces files with --overwrite only', async () => {
    const out = workspace('again');
    expect((await callCli('export', run(), '--out', out)).code).toBe(0);
    await writeFile(workspace('again', 'README.md'), 'mine');
    const { code, stderr } = await callCli('export', run(), '--out', out);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `error: ${workspace('again', 'model.onnx')} is there already; choose another folder with --out, or replace it with --overwrite\n`,
    });
    expect(await readFile(workspace('again', 'README.md'), 'utf8')).toBe('mine');
    expect((await callCli('export', run(), '--out', out, '--overwrite')).code).toBe(0);
    expect(await readFile(workspace('again', 'README.md'), 'utf8')).toMatch(/^---\n/);
  });

  test.each<[string, string[], number, RegExp]>([
    ['another format', ['--format', 'pickle'], 2, /onnx, tfjs, safetensors, state-dict/],
    ['stdout', ['--out', '-'], 2, /Several files are written, which stdout cannot take/],
    ['a checkpoint that is not there', ['--checkpoint', 'best'], 1, /There is no checkpoint in .*best/],
  ])('refuses %s', async (_, flags, code, message) => {
    const refused = await callCli('export', run(), ...flags);
    expect(refused.code).toBe(code);
    expect(refused.stderr).toMatch(message);
  });

  it('refuses a folder that is not a run', async () => {
    const { code, stderr } = await callCli('export', workspace());
    expect(code).toBe(1);
    expect(stderr).toMatch(/there is no config\.json/);
  });
});
