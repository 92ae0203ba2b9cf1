// The first `npx cifarlab` of a clone builds, once, however many start at a time and however a build ends.
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildOnce } from './build-once.mjs';
import { linkCommand } from './link-command.mjs';
import { withLock } from './lock.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cifarlab-build-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function building(codes: number[] = []) {
  const state = { sources: 'a', built: 0, complete: true, log: [] as string[] };
  const call = (options?: { always?: boolean }) =>
    buildOnce(
      {
        folder: join(folder, 'state'),
        fingerprint: () => state.sources,
        isComplete: () => state.complete,
        build: async () => {
          state.built += 1;
          await sleep(20);
          return codes.shift() ?? 0;
        },
        log: (line) => state.log.push(line),
      },
      options,
    );
  return { state, call };
}

test('builds once, and again when the sources change or something is gone', async () => {
  const { state, call } = building();
  expect([await call(), await call()]).toEqual([0, 0]);
  expect(state.built).toBe(1);
  state.sources = 'b';
  await call();
  expect(state.built).toBe(2);
  state.complete = false;
  await call();
  expect(state.built).toBe(3);
});

test('a build that is asked for spares the next use its own', async () => {
  const { state, call } = building();
  await call({ always: true });
  await call({ always: true });
  await call();
  expect(state.built).toBe(2);
});

test('a build that failed is tried again, even when the one before was good', async () => {
  const { state, call } = building([0, 3, 0]);
  await call();
  state.sources = 'b';
  expect(await call()).toBe(3);
  state.sources = 'a';
  expect(await call()).toBe(0);
  expect(state.built).toBe(3);
});

test('several first uses build once; each waits for it', async () => {
  const { state, call } = building();
  expect(await Promise.all([call(), call(), call(), call()])).toEqual([0, 0, 0, 0]);
  expect(state.built).toBe(1);
  expect(new Set(state.log)).toEqual(new Set(['Another process is building; waiting for it …']));
});

test('after a build that failed, one of those that wait tries again', async () => {
  const { state, call } = building([3]);
  expect((await Promise.all([call(), call(), call()])).sort()).toEqual([0, 0, 3]);
  expect(state.built).toBe(2);
});

const ended = () =>
  new Promise<number>((resolve) => {
    const child = spawn(process.execPath, ['-e', '']);
    child.on('close', () => resolve(child.pid!));
  });

test('processes that find the lock of a killed one do not work at the same time', { timeout: 120_000 }, async () => {
  const prefix = join(folder, 'work');
  const log = join(folder, 'log');
  const program = `
    import { appendFileSync } from 'node:fs';
    import { setTimeout as sleep } from 'node:timers/promises';
    const { withLock } = await import(process.argv[1]);
    for (let i = 0; i < 5; i += 1) await withLock(process.argv[2], {}, async () => {
      appendFileSync(process.argv[3], 'begin\\n');
      await sleep(2);
      appendFileSync(process.argv[3], 'end\\n');
    });
  `;
  writeFileSync(`${prefix}-7.lock`, `${await ended()} ${hostname()}`);
  const args = ['--input-type=module', '-e', program, new URL('lock.mjs', import.meta.url).href, prefix, log];
  const codes = Array.from({ length: 4 }, () => {
    const child = spawn(process.execPath, args, { stdio: 'inherit' });
    return new Promise((resolve) => child.on('close', resolve));
  });
  expect(await Promise.all(codes)).toEqual([0, 0, 0, 0]);
  expect(readFileSync(log, 'utf8')).toBe('begin\nend\n'.repeat(20));
});

test.each([
  ['another host that shows nothing any more', async () => '1 elsewhere'],
  ['a process whose number another has now', async () => `${process.pid} ${hostname()}`],
])('the lock of %s is taken over', async (_, content) => {
  writeFileSync(join(folder, 'work-1.lock'), await content());
  expect(await withLock(join(folder, 'work'), { deadAfterMs: 50 }, async () => 'done')).toBe('done');
});

test('a holder that lives is waited for, however long it takes', async () => {
  const prefix = join(folder, 'work');
  const log = join(folder, 'log');
  const first = withLock(prefix, {}, async () => {
    await sleep(2500);
    appendFileSync(log, '1');
  });
  await withLock(prefix, { deadAfterMs: 1500 }, async () => appendFileSync(log, '2'));
  await first;
  expect(readFileSync(log, 'utf8')).toBe('12');
});

test('the command is linked where npm looks for it, as often as one likes', () => {
  mkdirSync(join(folder, 'scripts'));
  for (const platform of ['linux', 'linux', 'win32', 'win32'] as const) linkCommand(folder, platform);
  linkCommand(folder, 'darwin');
  const bin = join(folder, 'node_modules/.bin');
  expect(lstatSync(join(bin, 'cifarlab')).isSymbolicLink()).toBe(true);
  writeFileSync(join(folder, 'scripts/cifarlab.mjs'), '');
  expect(existsSync(join(bin, 'cifarlab'))).toBe(true);
  expect(readFileSync(join(bin, 'cifarlab.cmd'), 'utf8')).toBe('@node "%~dp0\\..\\..\\scripts\\cifarlab.mjs" %*\r\n');
});
