import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { callCli, miniFlags } from './support/cli.js';

const workspace = useWorkspace();
const evil = '\u001b]0;owned\u0007\u202e\u009b2J';
const obeyed = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
const run = () => workspace('run');
beforeAll(async () => {
  const short = ['--max-steps', '2', '--eval-freq', '1', '--dnn-hidden-units', '4', '--quiet'];
  expect(await callCli('train', 'mlp-ndarray', ...miniFlags, ...short, '--out', run())).toMatchObject({ code: 0 });
});

interface Altered {
  engine: { name: string };
  model: string;
  version: string;
  values: { classNames: string[] };
}

/** Makes a copy of the run whose JSON file was altered. */
async function altered(name: string, file: string, change: (json: Altered) => void): Promise<string> {
  const copy = workspace(name);
  await cp(run(), copy, { recursive: true });
  const json = JSON.parse(await readFile(join(copy, file), 'utf8')) as Altered;
  change(json);
  await writeFile(join(copy, file), JSON.stringify(json));
  return copy;
}

async function expectHarmless(...args: string[]): Promise<string> {
  const { stdout, stderr } = await callCli(...args);
  expect(stdout + stderr).not.toMatch(obeyed);
  return stdout + stderr;
}

describe('text of strangers', () => {
  it('in the engine, the version and the model of a run', async () => {
    const engine = await altered('engine', 'config.json', (config) => {
      config.engine.name = evil;
    });
    expect(await expectHarmless('train', 'mlp-ndarray', '--resume', engine, ...miniFlags)).toContain('\\u001b]0;owned');
    const model = await altered('model', 'config.json', (config) => {
      config.model = evil;
    });
    expect(await expectHarmless('eval', model, ...miniFlags.slice(0, 3))).toContain('\\u001b]0;owned');
    const version = await altered('version', 'config.json', (config) => {
      config.version = evil;
    });
    expect(await expectHarmless('eval', version, ...miniFlags.slice(0, 3))).toContain('\\u001b]0;owned');
  });

  it('in class names of a checkpoint, as text and as JSON', async () => {
    const names = await altered('names', join('checkpoints', 'last', 'state.json'), (state) => {
      state.values.classNames[0] = evil;
    });
    await expectHarmless('eval', names, ...miniFlags.slice(0, 3));
    const image = workspace('grey.png');
    await sharp({ create: { width: 8, height: 8, channels: 3, background: '#888' } })
      .png()
      .toFile(image);
    expect(await expectHarmless('predict', names, image, '--top', '10')).toContain('\\u001b]0;owned');
    const { stdout } = await callCli('predict', names, image, '--top', '10', '--json');
    expect(stdout).not.toMatch(obeyed);
    expect(JSON.parse(stdout).predictions).toContainEqual(expect.objectContaining({ class: evil }));
  });

  it('in the names of folders and files, and on the command line', async () => {
    const folder = workspace(`a${evil.replace('/', '')}`);
    await cp(run(), folder, { recursive: true });
    expect(await expectHarmless('plot', folder)).toContain('\\u202e');
    await expectHarmless('report', folder, '--no-predictions');
    expect(await expectHarmless('train', 'mlp', `--${evil}`)).toContain('\\u202e');
    expect(await expectHarmless(evil)).toContain('\\u202e');
    expect(await expectHarmless('sweep', workspace(`${evil}.json`))).toContain('\\u202e');
  });

  it('in a sweep file', async () => {
    const file = workspace('sweep.json');
    await writeFile(file, JSON.stringify({ model: 'mlp-ndarray', settings: { activation: evil } }));
    expect(await expectHarmless('sweep', file, '--dry-run')).toContain('\\u001b');
    await writeFile(file, JSON.stringify({ model: evil }));
    await expectHarmless('sweep', file, '--dry-run');
  });
});
