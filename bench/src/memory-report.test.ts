import { expect, it } from 'vitest';
import type { Worker } from './measure-row.js';
import { reportMemory } from './memory-report.js';

it('prints memory every 200 steps and at the end', async () => {
  const requests: unknown[] = [];
  const worker: Worker = {
    ready: { ready: true, engine: 'ort', version: 'fake', threads: 2 },
    async run(...request) {
      requests.push(request);
      const memory = { resident: 700e6, tensors: 198, tensorBytes: 178e6 };
      return { milliseconds: [200, 300], peakMemory: 790e6, memory, values: {} };
    },
    close: async () => void requests.push('close'),
  };
  const lines: string[] = [];
  await reportMemory(worker, { batch: 32, steps: 450, print: (line) => lines.push(line) });
  const step = (count: number) => ['convnet-step', { batch: 32 }, count];
  expect(requests).toEqual([step(200), step(200), step(50), 'close']);
  expect(lines.map((line) => line.trim().split(/ {2,}/))).toEqual([
    ['ort: fake, 2 threads, batch 32'],
    ['step', 'resident MB', 'peak MB', 'tensors', 'tensor MB', 'ms per step'],
    ...['200', '400', '450'].map((done) => [done, '700.0', '790.0', '198', '178.0', '250.0']),
  ]);
});
