import { probeOrtRuntime } from '@cifarlab/ort-runtime';
import { describe, expect, it } from 'vitest';
import { listing, useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { callCli, miniFlags } from './support/cli.js';

const workspace = useWorkspace();
const short = ['--max-steps', '1', '--no-test'];

describe.runIf(probeOrtRuntime().available)('a batch that does not fit', () => {
  it.each([
    ['640', 2],
    ['1024', 2],
    ['1200', 3],
  ] as const)('of %s images is refused by train convnet before anything is made', async (size, parts) => {
    const args = ['train', 'convnet', ...miniFlags, '--batch-size', size, '--out', workspace(size, 'run')];
    const { code, stderr } = await callCli(...args, ...short);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(
        new RegExp(
          `^error: --batch-size ${size} takes about [\\d.]+ GiB a step, and .*; take the batch in parts ` +
            `\\(--accumulate ${parts}\\), or use --batch-size \\d+ or smaller\\n$`,
        ),
      ),
    });
    expect(await listing(workspace())).toEqual([]);
  });

  it('is refused for a wide MLP too', async () => {
    const wide = ['--dnn-hidden-units', '4000,4000', '--activation', 'gelu', '--batch-size', '20000', '--init', 'he'];
    const { code, stderr } = await callCli('train', 'mlp', ...miniFlags.slice(0, 3), ...wide, ...short);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('or use --batch-size ') });
  });
});

it('says what a step takes', async () => {
  const { stderr } = await callCli('train', 'mlp', ...miniFlags, ...short, '--out', workspace('said'));
  expect(stderr).toMatch(/^memory : about \d+ MiB a step$/m);
});
