import { mkdir, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listing, mini, useWorkspace } from '../../test/support/workspace.js';
import { claimRun } from './claim-run.js';
import { findRun } from './run-folder.js';
import { trainRun } from './train-run.js';

const workspace = useWorkspace();
const claim = (out: string) => claimRun('mlp', out, { command: 'a test', findRun: (path) => findRun(path) });

describe('claimRun', () => {
  it('takes back what it was told of and nothing else, the folders from the inside', async () => {
    const claimed = await claim(workspace('claimed', 'deep', 'run'));
    for (const file of [claimed.folder.config, claimed.folder.metrics]) await writeFile(file, '');
    claimed.wrote(claimed.folder.config);
    await claimed.discard();
    expect(await listing(workspace('claimed'))).toEqual([
      'deep',
      join('deep', 'run'),
      join('deep', 'run', 'metrics.jsonl'),
    ]);
  });

  it('is given to one of many that ask at once, and the others make no difference', async () => {
    const out = workspace('asked', 'run');
    const asked = await Promise.allSettled(Array.from({ length: 12 }, () => claim(out)));
    const claims = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(claims).toHaveLength(1);
    for (const one of asked) {
      if (one.status === 'rejected') {
        expect(one.reason).toMatchObject({
          name: 'RunError',
          code: 'in-use',
          message: expect.stringContaining(`run is in use: process ${process.pid} on ${hostname()} (a test, since 2`),
        });
      }
    }
    await claims[0]!.discard();
    // Empty folders may stay that one of the others has made.
    expect(await listing(workspace('asked')).catch(() => [])).toSatisfy((left: string[]) =>
      left.every((name) => name === 'run'),
    );
  });

  it('takes a folder where a killed start has left its lock', async () => {
    const out = workspace('left');
    await mkdir(out);
    await writeFile(join(out, 'run.lock'), JSON.stringify({ pid: process.pid, host: hostname(), started: '1' }));
    await writeFile(join(out, '.run.lock.0123456789ab.tmp'), '');
    if (process.platform !== 'linux') await rm(join(out, 'run.lock'));
    await (await claim(out)).discard();
    expect(await listing(out)).toEqual(['.run.lock.0123456789ab.tmp']);
  });

  it.each([
    [
      'with a checkpoint, and says so',
      true,
      /it's full is not empty; choose another folder, or continue the mlp-ndarray run in it$/,
    ],
    [
      'without one, and says so',
      false,
      /\(the run in it stopped before its first checkpoint, so there is nothing to go on from\)$/,
    ],
  ])('refuses a run %s', async (_, saved, message) => {
    const out = workspace(`${saved}`, "it's full");
    const settings = { dnnHiddenUnits: [4], maxSteps: 2, batchSize: 60 };
    await trainRun({ network: 'mlp-ndarray', settings, data: mini, out }).result;
    if (!saved) await rm(join(out, 'checkpoints', 'last', 'state.json'));
    const before = await listing(out);
    await expect(claim(out)).rejects.toThrow(message);
    await expect(claim(out)).rejects.toMatchObject({
      code: 'folder-filled',
      place: out,
      found: { network: 'mlp-ndarray', isSaved: saved },
    });
    expect(await listing(out)).toEqual(before);
  });
});
