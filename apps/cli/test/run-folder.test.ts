import { access, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { acquireLock } from '@cifarlab/trainer/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectSameRun, pastCheckpoint } from '../../../packages/experiment/test/support/stopped-run.js';
import { listing, useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { main } from '../src/main.js';
import { callCli, miniFlags, spawnCli } from './support/cli.js';
import { readLines } from './support/read-lines.js';

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

  it('without a folder: each has one of its own, in an order that can be sorted', async () => {
    const cwd = workspace('here');
    await mkdir(cwd);
    const ends = await Promise.all(
      Array.from({ length: 5 }, (_, seed) => spawnCli(train('--seed', `${seed}`, '--quiet'), { cwd }).ended),
    );
    expect(
      ends.map(({ code }) => code),
      JSON.stringify(ends),
    ).toEqual([0, 0, 0, 0, 0]);
    const folders = await readdir(join(cwd, 'runs'));
    expect(folders).toHaveLength(5);
    const seeds = new Set<number>();
    for (const folder of folders) {
      expect(folder).toMatch(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-mlp-ndarray(-[2-5])?$/);
      seeds.add(JSON.parse(await readFile(join(cwd, 'runs', folder, 'config.json'), 'utf8')).settings.seed);
    }
    expect(seeds.size).toBe(5);
  });

  it('to continue one run: one does, the other says so and writes nothing', async () => {
    const long = ['--max-steps', '400', '--backend', 'wasm'];
    const unbroken = workspace('whole');
    expect((await callCli(...train(...long, '--quiet', '--out', unbroken))).code).toBe(0);
    const run = workspace('twice');
    const { child, ended } = spawnCli(train(...long, '--out', run));
    await pastCheckpoint(run, child, (step) => step >= 30);
    child.kill('SIGKILL');
    await ended;
    const resume = () => spawnCli(['train', 'mlp-ndarray', '--resume', run, ...miniFlags, '--quiet']).ended;
    const ends = await Promise.all([resume(), resume(), resume()]);
    const refused = ends.filter(({ code }) => code !== 0);
    for (const { code, stdout, stderr } of refused) {
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(
        /^error: .*twice is in use: process \d+ on .* \(cifarlab train mlp-ndarray --resume, since .*\) holds .*; wait until it ends/,
      );
    }
    expect(refused.length).toBeLessThan(3);
    await expectSameRun(run, unbroken);
    expect((await readLines(run)).map(({ step }) => step)).toEqual((await readLines(unbroken)).map(({ step }) => step));
    expect(await isThere(join(run, 'run.lock'))).toBe(false);
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
    const release = await acquireLock(join(run(), 'run.lock'), { command: 'a test' });
    const refused = await callCli(...command, run(), ...flags);
    await release();
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^error: .*held is in use: process \d+ on .* \(a test, since .*\) holds /m);
    expect(refused.stdout.slice(0, printed.length)).toBe(printed);
    expect(refused.stdout === '').toBe(printed === '');
    expect(await listing(run())).toEqual(before);
    expect((await callCli(...command, run(), ...flags)).code).toBe(0);
    expect(await isThere(join(run(), 'run.lock'))).toBe(false);
  });

  it('can be reported on elsewhere, and moved afterwards', async () => {
    const release = await acquireLock(join(run(), 'run.lock'));
    const page = workspace('elsewhere.html');
    expect((await callCli('report', run(), '--no-predictions', '--out', page)).code).toBe(0);
    await release();
    await rename(run(), workspace('moved'));
    expect((await callCli('train', 'mlp-ndarray', '--resume', workspace('moved'), ...miniFlags)).code).toBe(0);
    await rename(workspace('moved'), run());
  });
});
