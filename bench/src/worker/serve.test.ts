import { Readable, Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { UnsupportedError } from '../unsupported-error.js';
import { serve } from './serve.js';
import type { Engine, Workload } from './task.js';

async function converse(workloads: Record<string, Workload>, requests: object[], start?: () => Promise<Engine>) {
  const lines: string[] = [];
  const output = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const input = Readable.from(requests.map((request) => `${JSON.stringify(request)}\n`));
  const engine: Engine = { version: '1.0', threads: 2, workloads, tensors: () => ({ tensors: 7, tensorBytes: 28 }) };
  await serve('ort', start ?? (async () => engine), { input, output });
  return lines.map((line) => JSON.parse(line));
}

it('prepares a workload once, and answers with times, memory and values', async () => {
  const events: string[] = [];
  const work: Workload = ({ size }) => {
    events.push(`prepare ${size}`);
    return { run: () => void events.push('run'), values: () => ({ loss: 2.5 }), error: () => 1e-7 };
  };
  const [ready, first, second, third] = await converse({ work }, [
    { id: 1, run: 'work', parameters: { size: 1 }, iterations: 2 },
    { id: 2, run: 'work', parameters: { size: 1 }, iterations: 1 },
    { id: 3, run: 'work', parameters: { size: 2 }, iterations: 1 },
  ]);
  expect(ready).toEqual({ ready: true, engine: 'ort', version: '1.0', threads: 2 });
  expect(events).toEqual(['prepare 1', 'run', 'run', 'run', 'prepare 2', 'run']);
  expect(first).toMatchObject({ id: 1, values: { loss: 2.5 }, error: 1e-7, memory: { tensors: 7, tensorBytes: 28 } });
  expect(first.milliseconds).toHaveLength(2);
  expect(first.peakMemory).toBeGreaterThanOrEqual(first.memory.resident);
  expect([second.id, third.id]).toEqual([2, 3]);
});

it('says what it does not have, what failed, and goes on', async () => {
  const workloads: Record<string, Workload> = {
    refuses() {
      throw new UnsupportedError('no such kernel');
    },
    fails: () => ({
      run() {
        throw new TypeError('shapes do not fit');
      },
    }),
  };
  const [, ...answers] = await converse(workloads, [
    { id: 1, run: 'other', parameters: {}, iterations: 1 },
    { id: 2, run: 'refuses', parameters: {}, iterations: 1 },
    { id: 3, run: 'fails', parameters: {}, iterations: 1 },
  ]);
  expect(answers[0]).toEqual({ id: 1, unsupported: "ort has no workload 'other'" });
  expect(answers[1]).toEqual({ id: 2, unsupported: 'no such kernel' });
  expect(answers[2].failure).toContain('TypeError: shapes do not fit');
});

it('says why an engine does not start', async () => {
  const lines = await converse({}, [], async () => {
    throw new Error('the library is not here');
  });
  expect(lines).toEqual([{ unsupported: 'the library is not here' }]);
});
