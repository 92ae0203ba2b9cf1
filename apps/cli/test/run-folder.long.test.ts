import { access, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { acquireLock } from '@cifarlab/trainer/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectSameRun } from '../../../packages/experiment/test/support/stopped-run.js';
import { listing, useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { main } from '../src/main.js';
import { callCli, miniFlags, spawnCli } from './support/cli.js';

const workspace = useWorkspace();
const short = ['--max-steps', '6', '--eval-freq', '3', '--dnn-hidden-units', '4'];
const train = (...flags: string[]) => ['train', 'mlp-ndarray', ...miniFlags, ...short, ...flags];

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

describe('a start that fails before its first step', () => {
  /** Fails while the dataset is being checked, after another has put something beside it. */
  async function fail(out: string, meanwhile: () => Promise<unknown>) {
    let stderr = '';
    let other: Promise<unknown> | undefined;
    const write = (text: string) => {
      stderr += text;
      other ??= meanwhile();
    };
    const code = await main(train('--batch-size', '9999', '--out', out), { stdout: { write() {} }, stderr: { write } });
    await other;
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('--batch-size 9999 is more') });
  }

  it('leaves what others have put into the folders that it made', async () => {
    await fail(workspace('exp', '2026', 'A'), async () => {
      await mkdir(workspace('exp', 'B'));
      await writeFile(workspace('exp', 'B', 'metrics.jsonl'), 'mine');
    });
    expect(await listing(workspace('exp'))).toEqual(['B', join('B', 'metrics.jsonl')]);
  });

  it('leaves a file that another has put into its own folder', async () => {
    await fail(workspace('shared', 'A'), () => writeFile(workspace('shared', 'A', 'notes.txt'), 'mine'));
    expect(await listing(workspace('shared'))).toEqual(['A', join('A', 'notes.txt')]);
  });

  it('leaves nothing of its own, and folders that were there', async () => {
    await mkdir(workspace('empty'));
    await fail(workspace('empty', 'a', 'b'), async () => {});
    await fail(workspace('empty'), async () => {});
    expect(await listing(workspace('empty'))).toEqual([]);
  });
});

describe('processes that start at once', { timeout: 120_000 }, () => {
  it('into one folder: one trains, the others say who does and touch nothing', async () => {
    const out = workspace('one', 'folder');
    const ends = await Promise.all(Array.from({ length: 4 }, () => spawnCli(train('--quiet', '--out', out)).ended));
    expect(
      ends.filter(({ code }) => code === 0),
      JSON.stringify(ends),
    ).toHaveLength(1);
    for (const { code, stdout, stderr } of ends.filter(({ code }) => code !== 0)) {
      expect({ code, stdout }).toEqual({ code: stderr.includes('is in use') ? 1 : 2, stdout: '' });
      expect(stderr).toMatch(
        /^error: .*(is in use: process \d+ on .* \(cifarlab train mlp-ndarray, since|is not empty;)/,
      );
    }
    const alone = workspace('one', 'alone');
    expect((await callCli(...train('--quiet', '--out', alone))).code).toBe(0);
    expect(await listing(out)).toEqual(await listing(alone));
    await expectSameRun(out, alone);
  });
});

describe("a run's folder that another process holds", () => {
  const run = () => workspace('held');
  beforeAll(async () => {
    expect((await callCli(...train('--quiet', '--out', run()))).code).toBe(0);
  });

  it.each([
    ['continued', ['train', 'mlp-ndarray', '--resume'], miniFlags, ''],
    ['evaluated into', ['eval'], miniFlags.slice(0, 3), 'test accuracy '],
    ['reported into', ['report'], miniFlags.slice(0, 3), ''],
  ])('is not %s until it lets go', async (_, command, flags, printed) => {
    const before = await listing(run());
    const lock = await acquireLock(join(run(), 'run.lock'), { command: 'a test' });
    const refused = await callCli(...command, run(), ...flags);
    await lock.release();
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^error: .*held is in use: process \d+ on .* \(a test, since .*\) holds /m);
    expect(refused.stdout.slice(0, printed.length)).toBe(printed);
    expect(refused.stdout === '').toBe(printed === '');
    expect(await listing(run())).toEqual(before);
    expect((await callCli(...command, run(), ...flags)).code).toBe(0);
    expect(await isThere(join(run(), 'run.lock'))).toBe(false);
  });

  it('can be reported on elsewhere, and moved afterwards', async () => {
    const lock = await acquireLock(join(run(), 'run.lock'));
    const page = workspace('elsewhere.html');
    expect((await callCli('report', run(), '--no-predictions', '--out', page)).code).toBe(0);
    await lock.release();
    await rename(run(), workspace('moved'));
    expect((await callCli('train', 'mlp-ndarray', '--resume', workspace('moved'), ...miniFlags)).code).toBe(0);
    await rename(workspace('moved'), run());
  });
});
