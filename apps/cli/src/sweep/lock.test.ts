import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireLock, LockedError, waitForRelease } from './lock.js';

let folder = '';
let file = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cifarlab-lock-'));
  file = join(folder, 'sweep.lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Another process that does nothing but live. */
async function otherProcess() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log()']);
  await once(child.stdout, 'data');
  const end = async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  return { pid: child.pid!, end };
}

const held = (owner: object) => writeFile(file, JSON.stringify({ host: hostname(), started: null, ...owner }));

describe('acquireLock', () => {
  it('keeps others out until it is given back', async () => {
    const release = await acquireLock(file);
    await expect(acquireLock(file)).rejects.toThrow(LockedError);
    await expect(acquireLock(file)).rejects.toThrow(`process ${process.pid} on ${hostname()} holds ${file}`);
    await release();
    expect(await readdir(folder)).toEqual([]);
    await (await acquireLock(file))();
  });

  it('is given to one of many that ask at once', async () => {
    const asked = await Promise.allSettled(Array.from({ length: 20 }, () => acquireLock(file)));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await readdir(folder)).toEqual(['sweep.lock']);
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
    await (await acquireLock(file))();
  });

  it('waits for a process that is about to end', async () => {
    const { pid, end } = await otherProcess();
    await held({ pid });
    setTimeout(end, 150);
    await (await acquireLock(file, { patienceSeconds: 10 }))();
  });

  it('takes over from a process whose number has gone to another one', async (context) => {
    if (process.platform !== 'linux') context.skip('only Linux tells when a process was started');
    await held({ pid: process.pid, started: '1' });
    await (await acquireLock(file))();
  });

  it.each(['', '{', '{"pid": "1"}', '{"pid": -1}', 'null'])(
    'takes over a lock that nobody can have written: %j',
    async (text) => {
      await writeFile(file, text);
      await (await acquireLock(file))();
    },
  );

  it('respects one of another machine', async () => {
    await held({ pid: 1, host: 'elsewhere' });
    await expect(acquireLock(file)).rejects.toThrow('process 1 on elsewhere holds');
  });
});

describe('waitForRelease', () => {
  it('leaves no lock that was left behind, and needs none', async () => {
    await waitForRelease(file);
    await writeFile(file, '{}');
    await waitForRelease(file);
    expect(await readdir(folder)).toEqual([]);
  });
});
