import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { acquireLock } from '../node.js';

vi.mock('@cifarlab/internals/address-space', () => ({ threadsWithRoom: () => 0 }));

it('a lock is renewed where the system has no room for another thread', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cifarlab-lease-'));
  const file = join(folder, 'run.lock');
  const lock = await acquireLock(file, { leaseSeconds: 0.3 });
  const beat = async () => Number((JSON.parse(await readFile(file, 'utf8')) as { beat: string }).beat);
  while ((await beat()) < 2) await sleep(5);
  await lock.check();
  await lock.release();
  await expect(lock.check()).rejects.toThrow('was removed');
  await rm(folder, { recursive: true });
});
