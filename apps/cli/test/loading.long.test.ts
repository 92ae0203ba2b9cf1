import { readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { bin, callCli, miniFlags, spawnCli } from './support/cli.js';

const workspace = useWorkspace();
const data = miniFlags.slice(0, 3);

beforeAll(async () => {
  // TensorFlow.js is CommonJS, so that Node lists its files here, whoever loads them.
  const lister =
    'process.on("exit", () => require("fs").writeFileSync(process.env.LOADED, Object.keys(require.cache).join("\\n")))';
  await writeFile(workspace('lister.cjs'), lister);
  const short = ['--max-steps', '2', '--dnn-hidden-units', '4', '--quiet', '--out', workspace('run')];
  expect((await callCli('train', 'mlp', ...miniFlags, ...short)).code).toBe(0);
});

/** Returns the packages of TensorFlow.js that a command line loads. */
async function tensorflowOf(...args: string[]): Promise<string[]> {
  vi.stubEnv('LOADED', workspace('loaded'));
  const command = [process.execPath, '--require', workspace('lister.cjs'), bin];
  const { code, stderr } = await spawnCli(args, { command }).ended;
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const files = (await readFile(workspace('loaded'), 'utf8')).split('\n');
  return [...new Set(files.flatMap((file) => /@tensorflow[\\/](tfjs[\w-]*)/.exec(file)?.[1] ?? []))];
}

describe('a command that computes nothing', () => {
  it.each([
    ['--help', () => ['--help']],
    ['train convnet --help', () => ['train', 'convnet', '--help']],
    ['data', () => ['data', ...data]],
    ['plot', () => ['plot', workspace('run')]],
    ['export --format state-dict', () => ['export', workspace('run'), '--format', 'state-dict']],
    ['report --no-predictions', () => ['report', '--no-predictions', workspace('run')]],
  ])('%s does not load TensorFlow.js', async (_, args) => {
    expect(await tensorflowOf(...args())).toEqual([]);
  });

  it('gradcheck does not where nothing in TensorFlow.js is checked', async () => {
    expect(await tensorflowOf('gradcheck', 'linear')).toEqual([]);
    expect(await tensorflowOf('gradcheck', 'elu', '--precision', 'float64')).toEqual([]);
  });

  it('unlike one that does', async () => {
    expect(await tensorflowOf('eval', workspace('run'), ...data)).toContain('tfjs-core');
  });
});
