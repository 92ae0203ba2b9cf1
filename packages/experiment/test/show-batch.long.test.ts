import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { type RunEvent, resumeRun, trainRun } from '../src/index.js';
import { mini, useWorkspace } from './support/workspace.js';

const workspace = useWorkspace();
const TIMEOUT = 120_000;

const options = (out: string) => ({
  network: 'mlp-ndarray',
  settings: { maxSteps: 6, evalFreq: 3, batchSize: 20, flip: true, crop: 2 },
  data: mini,
  out: workspace(out),
});

it.each(['course', 'epoch'] as const)(
  'draws the first batch and trains on it all the same (%s)',
  { timeout: TIMEOUT },
  async (batchOrder) => {
    const settings = { ...options('').settings, batchOrder };
    const plain = await trainRun({ ...options(`plain-${batchOrder}`), settings }).result;
    const events: RunEvent[] = [];
    const stream = trainRun({ ...options(`shown-${batchOrder}`), settings, showBatch: true });
    for await (const event of stream) events.push(event);
    const { folder } = await stream.result;
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['folder', 'batch', 'start']));
    expect(events.find(({ type }) => type === 'batch')).toEqual({ type: 'batch', file: folder.batch });
    const places = ['folder', 'batch', 'start'].map((type) => events.findIndex((event) => event.type === type));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(await readFile(folder.metrics, 'utf8')).toBe(await readFile(plain.folder.metrics, 'utf8'));
    const { width, height } = await sharp(folder.batch).metadata();
    // Eight columns of 80 pixels, three rows.
    expect(width).toBeGreaterThan(8 * 80);
    expect(height).toBeGreaterThan(3 * 80);
  },
);

it('draws the batch that comes next in a run that is resumed', { timeout: TIMEOUT }, async () => {
  const { folder } = await trainRun({ ...options('resumed'), showBatch: true }).result;
  const first = await readFile(folder.batch);
  await resumeRun(folder.path, { data: mini, changes: { maxSteps: 9 }, showBatch: true }).result;
  expect((await readFile(folder.batch)).equals(first)).toBe(false);
  const unbroken = await trainRun({ ...options('unbroken'), settings: { ...options('').settings, maxSteps: 9 } })
    .result;
  expect(await readFile(folder.metrics, 'utf8')).toBe(await readFile(unbroken.folder.metrics, 'utf8'));
});
