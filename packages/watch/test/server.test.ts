import { mkdir, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { acquireLock } from '@cifarlab/trainer/node';
import { describe, expect, it } from 'vitest';
import { useWorkspace } from '../../engines/test/support/workspace.js';
import type { FinerCurves, FolderUpdate, RunUpdate } from '../src/protocol.js';
import { WatchError } from '../src/watch-error.js';
import { listen } from './support/listen.js';
import { useServers } from './support/served.js';
import { endRun, growRun, writeRun } from './support/written-run.js';

const workspace = useWorkspace();
const serve = useServers();
const TIMEOUT = 120_000;

async function served(name: string): Promise<{ folder: string; address: string }> {
  const folder = workspace(name);
  await writeRun(folder, { steps: 30, evalFreq: 10 });
  return { folder, address: (await serve(folder)).address };
}

describe('what is answered', { timeout: TIMEOUT }, () => {
  it('is the page, its script and its style, with headers that let nothing else in', async () => {
    const { address } = await served('page');
    for (const [path, type] of [
      ['', 'text/html'],
      ['page.js', 'text/javascript'],
      ['page.css', 'text/css'],
    ]) {
      const answer = await fetch(address + path);
      expect([path, answer.status, answer.headers.get('content-type')]).toEqual([path, 200, `${type}; charset=utf-8`]);
      expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
      expect((await answer.text()).length).toBeGreaterThan(100);
    }
    const head = await fetch(address, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('listens on this machine only, and its token is another one each time', async () => {
    const { folder, address } = await served('local');
    const again = (await serve(folder)).address;
    for (const one of [address, again]) expect(one).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/);
    expect(new URL(again).pathname).not.toBe(new URL(address).pathname);
  });

  it('is nothing without the token, and nothing is written', async () => {
    const { address } = await served('guarded');
    const { origin } = new URL(address);
    for (const path of ['/', '/events', '/page.js', `/${'a'.repeat(32)}/`]) {
      expect((await fetch(origin + path)).status).toBe(403);
    }
    const posted = await fetch(address, { method: 'POST', body: '{}' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect((await fetch(`${address}config.json`)).status).toBe(404);
    expect((await fetch(`${address}runs/..%2f..%2fetc/batch.png`)).status).toBe(404);
    expect((await fetch(`${address}events?run=0123`)).status).toBe(404);
    expect((await fetch(`${address}events?curve=other`)).status).toBe(404);
  });

  it('is nothing by the name of another site', async () => {
    const { address } = await served('rebound');
    const status = await new Promise((resolve) => {
      request(address, { headers: { host: 'evil.example' } }, ({ statusCode }) => resolve(statusCode)).end();
    });
    expect(status).toBe(421);
  });

  it('ends with the server, events included', async () => {
    const folder = workspace('closed');
    await writeRun(folder, { steps: 5 });
    const watch = await serve(folder);
    const events = await listen<FolderUpdate>(`${watch.address}events`);
    await events.next();
    await watch.close();
    await expect(events.next()).rejects.toThrow();
    await expect(fetch(watch.address)).rejects.toThrow();
  });

  it('stays where somebody sends half of a request', async () => {
    const { address } = await served('half');
    const { port } = new URL(address);
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET / HT');
    expect((await fetch(address)).status).toBe(200);
    socket.destroy();
  });
});

describe('what events tell', { timeout: TIMEOUT }, () => {
  it('of a run: everything at first, then what is new', async () => {
    const { folder, address } = await served('told');
    const overview = await listen<FolderUpdate>(`${address}events`);
    const { runs, folder: facts } = await overview.until((update) => update.runs.length > 0);
    expect(facts).toMatchObject({ isRun: true, total: 1 });
    await overview.close();
    const events = await listen<RunUpdate>(`${address}events?run=${runs[0]!.id}`);
    const first = await events.until(({ run }) => run.step === 30 && run.state === 'stopped');
    expect(first.run).toMatchObject({ network: 'mlp-ndarray', maxSteps: 2000, latest: { test: { step: 30 } } });
    expect(events.seen.find(({ curves }) => curves.train)!.curves.train).toMatchObject({ from: 0 });
    await growRun(folder, { steps: 0, evalFreq: 10 }, 31, 31);
    const { curves } = await events.until(({ run }) => run.step === 31);
    expect(Object.keys(curves)).toEqual(['train']);
    expect(curves.train).toMatchObject({ from: 30, columns: { step: [31] } });
    await endRun(folder, 'max-steps', 31);
    await events.until(({ run }) => run.state === 'finished');
    await events.close();
  });

  it('of a run that trains: that it does, and how long it will take', async () => {
    const { folder, address } = await served('training');
    const lock = await acquireLock(join(folder, 'run.lock'));
    const overview = await listen<FolderUpdate>(`${address}events?curve=train&metric=loss`);
    const { runs } = await overview.until(({ runs }) => runs[0]?.state === 'training');
    expect(runs[0]!.secondsLeft).toBeGreaterThan(0);
    const hasPoints = ({ curves }: FolderUpdate) => Object.values(curves).some(({ step }) => step.length > 0);
    const { curves } = overview.seen.find(hasPoints) ?? (await overview.until(hasPoints));
    expect(Object.values(curves)[0]!.step).toHaveLength(30);
    await lock.release();
    await overview.until(({ runs }) => runs[0]?.state === 'stopped');
    await overview.close();
  });

  it('of a folder: runs that come and go, and in which settings they differ', async () => {
    const root = workspace('folder');
    await mkdir(root);
    const events = await listen<FolderUpdate>(`${(await serve(root)).address}events`);
    expect((await events.next()).folder).toMatchObject({ total: 0, isRun: false });
    await writeRun(join(root, 'a'), { steps: 5, settings: { learningRate: 0.1 } });
    await writeRun(join(root, 'b'), { steps: 5, settings: { learningRate: 0.2 } });
    const { folder } = await events.until((update) => update.folder.read === 2);
    expect(folder.differing).toEqual(['learningRate']);
    await rm(join(root, 'a'), { recursive: true });
    const { gone } = await events.until((update) => update.gone.length > 0);
    expect(gone).toHaveLength(1);
    await events.close();
  });

  it('of a trial that failed without a folder: why, until it has one', async () => {
    const root = workspace('failed');
    const trial = join(root, 'trials', 'adam-123', 'seed-1');
    await mkdir(join(root, 'trials', 'adam-123'), { recursive: true });
    const failure = { exitCode: 1, signal: null, lastLines: ['started', 'error: there is no room'] };
    const record = { format: 'cifarlab-trial', version: 1, status: 'failed', failure };
    await writeFile(`${trial}.json`, JSON.stringify(record));
    const events = await listen<FolderUpdate>(`${(await serve(root)).address}events`);
    const { runs } = await events.until((update) => update.runs[0]?.state === 'failed');
    expect(runs).toMatchObject([
      { name: 'adam-123/seed-1', network: null, fault: 'The trial failed (exit code 1): error: there is no room' },
    ]);
    await writeFile(`${trial}.json`, JSON.stringify({ ...record, status: 'running' }));
    await writeRun(trial, { steps: 5 });
    const again = await events.until((update) => update.runs[0]?.network === 'mlp-ndarray');
    expect(again.runs).toMatchObject([{ id: runs[0]!.id, step: 5, state: 'stopped', fault: null }]);
    await events.close();
  });

  it('of a run that cannot be read: why', async () => {
    const folder = workspace('unreadable');
    await writeRun(folder, { steps: 5 });
    await writeFile(join(folder, 'config.json'), '{"format":"other"}');
    const events = await listen<FolderUpdate>(`${(await serve(folder)).address}events`);
    const { runs } = await events.until((update) => update.runs.some(({ fault }) => fault !== null));
    expect(runs[0]).toMatchObject({ network: null, step: 5 });
    expect(runs[0]!.fault).toContain('does not describe a run');
    await events.close();
  });
});

describe('finer points', { timeout: TIMEOUT }, () => {
  async function asked(folder: string) {
    const { address } = await serve(folder);
    const events = await listen<FolderUpdate>(`${address}events`);
    const { runs } = await events.until((update) => update.runs.some(({ step }) => step > 0));
    await events.close();
    return (query: string) => fetch(`${address}runs/${runs[0]!.id}/curves?${query}`);
  }

  it('are those of the steps that are asked for', async () => {
    const folder = workspace('long');
    await writeRun(folder, { steps: 3000, evalFreq: 50 });
    const ask = await asked(folder);
    const { step, curves } = (await (await ask('from=1000&to=1100')).json()) as FinerCurves;
    expect(step).toBe(3000);
    expect(curves.train!.step).toEqual(Array.from({ length: 101 }, (_, i) => 1000 + i));
    expect(curves.train!.lossLow).toEqual(curves.train!.loss);
    expect(curves.test!.step).toEqual([1000, 1050, 1100]);
    const one = (await (await ask('from=1&to=3000&curve=train&points=100')).json()) as FinerCurves;
    expect(Object.keys(one.curves)).toEqual(['train']);
    expect(one.curves.train!.step.length).toBeLessThanOrEqual(100);
  });

  it('are refused where the question makes no sense', async () => {
    const folder = workspace('asked');
    await writeRun(folder, { steps: 5 });
    const ask = await asked(folder);
    for (const query of ['from=2&to=1', 'from=1.5', 'to=x', 'points=0', 'points=513', 'curve=other', 'from=1e300']) {
      expect([query, (await ask(query)).status]).toEqual([query, 400]);
    }
    const { address } = await serve(folder);
    expect((await fetch(`${address}runs/0123/curves`)).status).toBe(404);
  });
});

describe('what cannot be served', () => {
  it.each([
    ['there is no folder', () => serve(workspace('none')), 'no-folder', 'does not exist; give the folder of a run'],
    ['it is a file', async () => serve(await fileIn('file')), 'no-folder', 'is not a folder'],
    [
      'the host is not here',
      async () => serve(await folderIn('host'), { host: '192.0.2.1' }),
      'address',
      'is not an address of this machine',
    ],
  ] as const)('because %s', async (_, start, code, message) => {
    const error = await start().catch((one: unknown) => one);
    expect(error).toBeInstanceOf(WatchError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it('because the port is in use', async () => {
    const { folder, address } = await served('port');
    const port = Number(new URL(address).port);
    await expect(serve(folder, { port })).rejects.toThrow(`port ${port} is in use by another process`);
  });
});

async function fileIn(name: string): Promise<string> {
  await writeFile(workspace(name), '');
  return workspace(name);
}

async function folderIn(name: string): Promise<string> {
  await mkdir(workspace(name));
  return workspace(name);
}
