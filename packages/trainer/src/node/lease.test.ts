import { mkdtemp, readdir, readFile, rm, unlink } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LockWorld } from '../../test/support/lock-world.js';
import { type HeldLock, LockedError, LockLostError } from '../node.js';
import { acquireLockFrom } from './lock.js';
import { type LockPlace, thisPlace } from './lock-place.js';

let folder = '';
let file = '';
let world: LockWorld;
const held: HeldLock[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cifarlab-lease-'));
  file = join(folder, 'run.lock');
  world = new LockWorld();
});
afterEach(async () => {
  for (const lock of held.splice(0)) await lock.release();
  await rm(folder, { recursive: true, force: true });
});

async function acquire(place: LockPlace, options: Parameters<typeof acquireLockFrom>[2] = {}): Promise<HeldLock> {
  const lock = await acquireLockFrom(place, file, { command: `on ${place.host}`, ...options });
  held.push(lock);
  return lock;
}

const holder = async () => JSON.parse(await readFile(file, 'utf8')) as { host: string; beat: string };

describe('a lock of another machine', () => {
  it('is taken over when it has not been renewed for its lease', async () => {
    await acquire(world.place('a'));
    world.stop('a');
    const watched: string[] = [];
    await acquire(world.place('b'), { onWatch: ({ host }) => watched.push(host) });
    expect((await holder()).host).toBe('b');
    expect(world.time).toBeGreaterThanOrEqual(60_000);
    expect(watched).toEqual(['a']);
    expect(await readdir(folder)).toEqual(['run.lock']);
  });

  it('is taken over after the lease that its owner has named', async () => {
    await acquire(world.place('a'), { leaseSeconds: 5 });
    world.stop('a');
    await acquire(world.place('b'), { leaseSeconds: 1000 });
    expect(world.time).toBeGreaterThanOrEqual(5000);
    expect(world.time).toBeLessThan(60_000);
  });

  it('is respected when it is renewed, and he who asks is told so before the lease has run out', async () => {
    const lock = await acquire(world.place('a'));
    await expect(acquire(world.place('b'))).rejects.toThrow(
      /^process \d+ on a \(on a, since .*\) holds .*run\.lock; wait/,
    );
    expect(world.time).toBeLessThan(30_000);
    await lock.check();
  });

  it('is waited for with patience, and had when it is given back', async () => {
    const lock = await acquire(world.place('a'));
    const asked = acquire(world.place('b'), { patienceSeconds: 3600 });
    await world.pass(600_000);
    expect((await holder()).host).toBe('a');
    await lock.release();
    await asked;
    expect((await holder()).host).toBe('b');
  });

  it.each([60_000, -60_000, 3_600_000])('is judged without its clock, which is %d ms wrong', async (clockMs) => {
    const lock = await acquire(world.place('a', { clockMs }));
    await expect(acquire(world.place('b'))).rejects.toThrow(LockedError);
    await lock.check();
    world.stop('a');
    const before = world.time;
    await acquire(world.place('b'));
    expect(world.time - before).toBeGreaterThanOrEqual(60_000);
  });

  it('is not asked for by the number of its process, whatever the name of the machine', async () => {
    // No process here has this number, and none was started at that moment: two machines have one name.
    await acquire({ ...world.place('same', { machine: 'another boot' }) });
    await expect(acquire(world.place('same', { machine: 'this boot' }))).rejects.toThrow(LockedError);
  });

  it('is given to one of many that find it left behind', async () => {
    await acquire(world.place('a'));
    world.stop('a');
    const asked = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => acquire(world.place(`taker ${index}`))),
    );
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of asked) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(LockedError);
    expect(await readdir(folder)).toEqual(['run.lock']);
  });

  it('is taken over at once where that was an earlier start of the same job', async () => {
    const job = { id: 'slurm 12_3', restarts: 0 };
    await acquire(world.place('a', { job }));
    world.stop('a');
    await acquire(world.place('b', { job: { ...job, restarts: 1 } }));
    expect(world.time).toBeLessThan(1000);
  });

  it.each([
    ['another job', { id: 'slurm 12_4', restarts: 1 }],
    ['another task of the same start', { id: 'slurm 12_3', restarts: 0 }],
    ['a job that does not count its starts', { id: 'slurm 12_3', restarts: null }],
  ])('is watched where it is that of %s', async (_, job) => {
    await acquire(world.place('a', { job: { id: 'slurm 12_3', restarts: 0 } }));
    await expect(acquire(world.place('b', { job }))).rejects.toThrow(LockedError);
  });

  it('is watched no longer when the signal says so', async () => {
    await acquire(world.place('a'));
    world.stop('a');
    const enough = new AbortController();
    const onWatch = () => enough.abort(new Error('enough'));
    await expect(acquire(world.place('b'), { signal: enough.signal, onWatch })).rejects.toThrow('enough');
    expect((await holder()).host).toBe('a');
  });

  it('is taken over where the process that was taking it over has died, too', async () => {
    await acquire(world.place('a'));
    const dead = await acquireLockFrom(world.place('c'), `${file}.takeover`);
    held.push(dead);
    world.stop('a');
    world.stop('c');
    await acquire(world.place('b'));
    expect((await holder()).host).toBe('b');
    await expect(dead.check()).rejects.toThrow(LockLostError);
  });
});

describe('a process that was stopped', () => {
  it('has lost its lock when another has taken it over, and leaves it alone', async () => {
    const lock = await acquire(world.place('a'));
    world.stop('a');
    const taken = await acquire(world.place('b'));
    world.wake('a');
    const error = await lock.check().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LockLostError);
    expect(error).toMatchObject({ file, owner: { host: 'b', command: 'on b' } });
    expect(String(error)).toMatch(
      /process \d+ on b \(on b, since .*\) has taken over .*; nothing more is written here/,
    );
    await world.pass(300_000);
    await lock.release();
    expect((await holder()).host).toBe('b');
    await taken.check();
  });

  it('has lost it for good: not even a free place brings it back', async () => {
    const lock = await acquire(world.place('a'));
    world.stop('a');
    await (await acquire(world.place('b'))).release();
    world.wake('a');
    await expect(lock.check()).rejects.toThrow(`${file} was removed while this process held it`);
    const other = await acquire(world.place('c'));
    await expect(lock.check()).rejects.toThrow(LockLostError);
    await other.check();
  });

  it('keeps its lock when nobody has wanted it', async () => {
    const lock = await acquire(world.place('a'));
    world.stop('a');
    await world.pass(3_600_000);
    world.wake('a');
    const { beat } = await holder();
    await lock.check();
    expect((await holder()).beat).not.toBe(beat);
    expect(await readdir(folder)).toEqual(['run.lock']);
    // It is renewed again from here on.
    await expect(acquire(world.place('b'))).rejects.toThrow(LockedError);
  });

  it('cannot renew what another has: it writes into its own file, wherever that is', async () => {
    let renew = () => {};
    const place = world.place('a');
    const startHeartbeat: LockPlace['startHeartbeat'] = (options) => {
      const heartbeat = place.startHeartbeat(options);
      renew = () => heartbeat.renew();
      return heartbeat;
    };
    await acquire({ ...place, startHeartbeat });
    world.stop('a');
    await acquire(world.place('b'));
    const text = await readFile(file, 'utf8');
    renew();
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it.each(Array.from({ length: 12 }, (_, index) => 59_000 + 100 * index))(
    'and wakes %d ms later, while another takes over: one of them has the lock',
    async (ms) => {
      const lock = await acquire(world.place('a'));
      world.stop('a');
      const asked = acquire(world.place('b')).catch((error: unknown) => error);
      await world.pass(ms);
      world.wake('a');
      const woken = await lock.check().then(
        () => true,
        () => false,
      );
      const other = await asked;
      if (woken && other instanceof LockedError) return lock.check();
      const isOwn = await lock.check().then(
        () => true,
        () => false,
      );
      expect({ isOwn, other }).toMatchObject({ isOwn: false, other: { file } });
      await (other as HeldLock).check();
    },
  );
});

it('a lock whose file was removed is lost', async () => {
  const lock = await acquire(thisPlace());
  await lock.check();
  await unlink(file);
  await expect(lock.check()).rejects.toMatchObject({ name: 'LockLostError', file, owner: undefined });
  await lock.release();
});

it('a lock is renewed while the main thread is busy', async () => {
  await acquireLockFrom(thisPlace(), file, { leaseSeconds: 0.6 }).then((lock) => held.push(lock));
  const { readFileSync } = await import('node:fs');
  const beat = () => Number((JSON.parse(readFileSync(file, 'utf8')) as { beat: string }).beat);
  // Its thread is started by a timer.
  while (beat() < 1) await new Promise((resolve) => setTimeout(resolve, 5));
  const before = beat();
  while (beat() < before + 2);
  expect((await holder()).host).toBe(hostname());
});
