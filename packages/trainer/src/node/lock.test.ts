import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireLock, LockedError, removeUnfinished, runFolder, waitForRelease } from '../node.js';
import { temporaryName } from './temporary-file.js';

let folder = '';
let file = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cifarlab-lock-'));
  file = join(folder, 'sweep.lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Starts another process that only lives. */
async function otherProcess() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log()']);
  await once(child.stdout, 'data');
  const end = async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  return { pid: child.pid!, end };
}

/** A lock as another process would have written it. */
const held = (owner: object) => writeFile(file, JSON.stringify({ host: hostname(), started: null, ...owner }));

describe('acquireLock', () => {
  it('keeps others out until it is given back', async () => {
    const lock = await acquireLock(file);
    await expect(acquireLock(file)).rejects.toThrow(LockedError);
    await expect(acquireLock(file)).rejects.toThrow(
      /^process \d+ on .* holds .*; wait until it ends, or remove that file/,
    );
    expect(await readdir(folder)).toEqual(['sweep.lock']);
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
    await (await acquireLock(file)).release();
  });

  it('is given to one of many that ask at once', async () => {
    const asked = await Promise.allSettled(Array.from({ length: 20 }, () => acquireLock(file)));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await readdir(folder)).toEqual(['sweep.lock']);
  });

  it('is refused, or had, while whoever has it removes what is unfinished', async () => {
    const run = runFolder(folder);
    const ask = async () => {
      const lock = await acquireLock(run.lock);
      await removeUnfinished(run);
      await lock.release();
    };
    for (let round = 0; round < 20; round++) {
      const asked = await Promise.allSettled(Array.from({ length: 20 }, ask));
      const reasons = asked.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
      expect(reasons.filter((reason) => !(reason instanceof LockedError))).toEqual([]);
      expect(reasons.length).toBeLessThan(20);
    }
  });

  it('is given to one of many that find it left behind', async () => {
    const { pid, end } = await otherProcess();
    await held({ pid });
    await end();
    const asked = await Promise.allSettled(Array.from({ length: 20 }, () => acquireLock(file)));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(JSON.parse(await readFile(file, 'utf8')).pid).toBe(process.pid);
  });

  it('is refused while another process lives, and had when it is gone', async () => {
    const { pid, end } = await otherProcess();
    try {
      await held({ pid });
      await expect(acquireLock(file)).rejects.toThrow(`process ${pid} `);
    } finally {
      await end();
    }
    await (await acquireLock(file)).release();
  });

  it('waits for a process that is about to end', async () => {
    const { pid, end } = await otherProcess();
    await held({ pid });
    setTimeout(end, 150);
    await (await acquireLock(file, { patienceSeconds: 10 })).release();
  });

  it('takes over from a process whose number has gone to another one', async (context) => {
    if (process.platform !== 'linux') context.skip('only Linux tells when a process was started');
    await held({ pid: process.pid, started: '1' });
    await (await acquireLock(file)).release();
  });

  it.each(['', '{', '{"pid": "1"}', '{"pid": -1}', 'null'])(
    'takes over a lock that nobody can have written: %j',
    async (text) => {
      await writeFile(file, text);
      await (await acquireLock(file)).release();
    },
  );

  it('respects one of another machine', async () => {
    await held({ pid: 1, host: 'elsewhere' });
    await expect(acquireLock(file)).rejects.toThrow('process 1 on elsewhere holds');
  });

  it('says in a readable file, and to whoever is refused, who holds it and what for', async () => {
    const lock = await acquireLock(file, { command: 'cifarlab train mlp' });
    const owner = JSON.parse(await readFile(file, 'utf8'));
    expect(owner).toMatchObject({ pid: process.pid, host: hostname(), command: 'cifarlab train mlp' });
    expect(new Date(owner.since).toISOString()).toBe(owner.since);
    const refused = await acquireLock(file).catch((error: LockedError) => error);
    const { beat: _, ...named } = owner;
    expect(refused).toMatchObject({ name: 'LockedError', file, owner: named });
    expect((refused as LockedError).message).toContain(
      `process ${process.pid} on ${hostname()} (cifarlab train mlp, since ${owner.since}) holds ${file}`,
    );
    await lock.release();
  });

  it('gives back only its own lock', async () => {
    const lock = await acquireLock(file);
    await held({ pid: 1, host: 'elsewhere' });
    await lock.release();
    expect(JSON.parse(await readFile(file, 'utf8')).host).toBe('elsewhere');
  });

  it('waits for the content of a lock that is just being written', async () => {
    await writeFile(file, '');
    setTimeout(() => void held({ pid: 1, host: 'elsewhere' }), 50);
    await expect(acquireLock(file)).rejects.toThrow('process 1 on elsewhere holds');
  });

  it.skipIf(process.platform === 'win32').each<[string, () => unknown]>([
    ['a folder', () => mkdir(file)],
    ['a link to nowhere', () => symlink('nowhere', file)],
    ['a link to itself', () => symlink(file, file)],
    ['a pipe', () => execFileSync('mkfifo', [file])],
  ])('is refused at once where %s is in its place', async (_, make) => {
    await make();
    const patience = { patienceSeconds: 60 };
    await expect(acquireLock(file, patience)).rejects.toThrow(`${file} is not a file, and a lock is one; remove it`);
    await expect(waitForRelease(file, patience)).rejects.toThrow('is not a file');
    expect(await readdir(folder)).toEqual(['sweep.lock']);
  });

  it('is refused at once where a file of any size is in its place', async () => {
    await writeFile(file, '');
    await truncate(file, 2 ** 33);
    await expect(acquireLock(file)).rejects.toThrow(`${file} has 8589934592 bytes, and is not a lock; remove it`);
  });

  it('leaves nothing where it cannot be made', async () => {
    await expect(acquireLock(join(folder, 'missing', 'run.lock'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(folder)).toEqual([]);
  });
});

it('removes what a process left that was killed while it made the lock', async () => {
  const { pid } = spawnSync(process.execPath, ['--eval', '']);
  const left = temporaryName('run.lock', '0123456789ab').replace(`-${process.pid}-`, `-${pid}-`);
  await writeFile(join(folder, left), '{}');
  await (await acquireLock(join(folder, 'run.lock'))).release();
  expect(await readdir(folder)).toEqual([]);
});

describe('waitForRelease', () => {
  it('leaves no lock that was left behind, and needs none', async () => {
    await waitForRelease(file);
    await writeFile(file, '{}');
    await waitForRelease(file);
    expect(await readdir(folder)).toEqual([]);
  });
});
