import { appendFile, copyFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, assert, asyncProperty, integer } from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MetricsFollower } from './follow-metrics.js';
import type { MetricsLine } from './metrics-line.js';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cifarlab-follow-'));
  file = join(folder, 'metrics.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

const train = (step: number, loss = 2 / step) => ({ event: 'train' as const, step, loss, accuracy: 0.5 });
const text = (...lines: object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');
const steps = (from: number, to: number, loss?: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => train(from + i, loss));

function follow() {
  const lines: MetricsLine[] = [];
  let restarts = 0;
  const onRestart = () => {
    restarts += 1;
    lines.length = 0;
  };
  const follower = new MetricsFollower(file, { onLine: (line) => lines.push(line), onRestart });
  return { lines, read: () => follower.read(), restarts: () => restarts };
}

it('reads the same lines however the bytes come', async () => {
  const all = [
    train(1),
    { event: 'eval' as const, split: 'test' as const, step: 1, loss: 2.25, accuracy: 1 / 3 },
    ...steps(2, 20),
  ];
  const bytes = Buffer.from(text(...all));
  await assert(
    asyncProperty(array(integer({ min: 0, max: bytes.length }), { maxLength: 12 }), async (cuts) => {
      await rm(file, { force: true });
      const { lines, read, restarts } = follow();
      const ends = [...cuts.sort((a, b) => a - b), bytes.length];
      let start = 0;
      for (const end of ends) {
        await appendFile(file, bytes.subarray(start, end));
        await read();
        const whole = bytes.subarray(0, end).toString().split('\n').length - 1;
        expect(lines).toEqual(all.slice(0, whole));
        start = end;
      }
      expect(restarts()).toBe(0);
    }),
    { numRuns: 60 },
  );
});

it('waits for a file that is not there yet, and notices when it has gone', async () => {
  const { lines, read, restarts } = follow();
  expect(await read()).toBe(false);
  await writeFile(file, text(train(1)));
  expect(await read()).toBe(true);
  expect(lines).toHaveLength(1);
  await rm(file);
  expect(await read()).toBe(false);
  expect([lines.length, restarts()]).toEqual([0, 1]);
});

describe('a run that is resumed', () => {
  it('starts again where its file was replaced by one that is shorter', async () => {
    await writeFile(file, text(...steps(1, 9)));
    const { lines, read, restarts } = follow();
    await read();
    const other = join(folder, 'other');
    await writeFile(other, text(...steps(1, 5)));
    await rename(other, file);
    await read();
    expect(lines).toEqual(steps(1, 5));
    await appendFile(file, text(...steps(6, 7, 1)));
    await read();
    expect(lines).toEqual([...steps(1, 5), ...steps(6, 7, 1)]);
    expect(restarts()).toBe(1);
  });

  it('starts again where the file has outgrown its old length before anybody looked', async () => {
    await writeFile(file, text(...steps(1, 9)));
    const { lines, read } = follow();
    await read();
    const other = join(folder, 'other');
    const resumed = [...steps(1, 5), ...steps(6, 40, 1)];
    await writeFile(other, text(...resumed));
    await rename(other, file);
    await read();
    expect(lines).toEqual(resumed);
  });

  it('starts again with another file, even where only its beginning is another one', async () => {
    await writeFile(file, text(train(1, 0.25), ...steps(2, 20)));
    const { lines, read } = follow();
    await read();
    const other = join(folder, 'other');
    await writeFile(other, text(train(1, 0.75), ...steps(2, 20)));
    await rename(other, file);
    await read();
    expect(lines[0]).toEqual(train(1, 0.75));
  });

  it('notices new content in the same file', async () => {
    await writeFile(file, text(...steps(1, 9)));
    const { lines, read, restarts } = follow();
    await read();
    const resumed = [...steps(1, 5), ...steps(6, 40, 1)];
    await writeFile(join(folder, 'other'), text(...resumed));
    await copyFile(join(folder, 'other'), file);
    await read();
    expect([lines, restarts()]).toEqual([resumed, 1]);
  });

  it('starts again where a half-written line was taken back', async () => {
    await writeFile(file, `${text(train(1))}{"event":"tra`);
    const { lines, read } = follow();
    await read();
    await truncate(file, text(train(1)).length);
    await appendFile(file, text(train(2)));
    await read();
    expect(lines).toEqual(steps(1, 2));
  });
});

describe('a file that is not one', () => {
  it('is refused at each look, with the line, until it is another one', async () => {
    await writeFile(file, `${text(train(1))}nonsense\n${text(train(2))}`);
    const { lines, read } = follow();
    await expect(read()).rejects.toThrow(`${file}, line 2`);
    await expect(read()).rejects.toThrow(`${file}, line 2`);
    expect(lines).toEqual([train(1)]);
    await writeFile(join(folder, 'other'), text(...steps(1, 3)));
    await rename(join(folder, 'other'), file);
    await read();
    expect(lines).toEqual(steps(1, 3));
  });

  it('is refused where it is a folder', async () => {
    file = folder;
    await expect(follow().read()).rejects.toMatchObject({ code: 'unreadable' });
  });
});
