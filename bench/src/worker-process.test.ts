import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { UnsupportedError } from './unsupported-error.js';
import { WorkerProcess } from './worker-process.js';

const script = fileURLToPath(new URL('./fixtures/fake-worker.mjs', import.meta.url));
const start = (mode = 'works') => WorkerProcess.start({ command: process.execPath, args: [script, mode] });

it('asks one thing after the other of a process that stays alive', async () => {
  const worker = await start();
  expect(worker.ready).toEqual({ ready: true, engine: 'ort', version: 'fake', threads: 2 });
  expect((await worker.run('work', { milliseconds: 5 }, 3)).milliseconds).toEqual([5, 5, 5]);
  await expect(worker.run('broken', {}, 1)).rejects.toThrow('The ort worker failed in broken: shapes do not fit');
  await expect(worker.run('unknown', {}, 1)).rejects.toThrow(new UnsupportedError('no such workload'));
  expect((await worker.run('work', { milliseconds: 7 }, 1)).milliseconds).toEqual([7]);
  await worker.close();
});

it('tells an engine that is not here from one that fails', async () => {
  await expect(start('cannot start')).rejects.toThrow(new UnsupportedError('the library is not here'));
  await expect(start('dies at once')).rejects.toThrow(/gave no answer: it ended with code 3\.\nno such library/);
  await expect(WorkerProcess.start({ command: '/no/such/python', args: [] })).rejects.toThrow('could not be started');
});

it('ends a worker that takes too long', async () => {
  const worker = await start('sleeps');
  await expect(worker.run('work', { milliseconds: 5 }, 1, 50)).rejects.toThrow(
    new UnsupportedError('it took longer than 0.05 s'),
  );
  await worker.close();
});

it('says how a worker ended that gives no answer', async () => {
  const worker = await start('dies');
  await expect(worker.run('work', {}, 1)).rejects.toThrow('gave no answer: it ended with code 9.');
  await worker.close();
});

it('refuses output that is not of the protocol', async () => {
  const chatty = await start('chatters');
  await expect(chatty.run('work', {}, 1)).rejects.toThrow('whatever else it prints must go to stderr');
  await chatty.close();
  const confused = await start('answers another');
  await expect(confused.run('work', {}, 1)).rejects.toThrow('answered request 2, expected 1');
  await confused.close();
});
