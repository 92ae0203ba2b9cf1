// A network of one's own, which is one file, goes through all that those of this package do.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { networks as builtIn, openRun, RunError, type RunEvent, resumeRun, trainRun } from '../src/index.js';
import { RecordError } from '../src/records.js';
import { writeReport } from '../src/report.js';
import { expectSameRun, savedStep, trainAndKill } from './support/stopped-run.js';
import { listing, mini, useWorkspace } from './support/workspace.js';
import { linear } from './toy/linear.mjs';

const workspace = useWorkspace();
const networks = [...builtIn, linear];
const settings = { validationSize: 40, flip: true, batchOrder: 'epoch', seed: 7 } as const;
const run = () => workspace('unbroken');
const events: RunEvent[] = [];

beforeAll(async () => {
  const stream = trainRun({ network: linear, settings, data: mini, out: run() });
  for await (const event of stream) events.push(event);
  expect(await stream.result).toMatchObject({
    network: 'linear',
    isKept: true,
    stop: { reason: 'max-steps', step: 30 },
  });
});

describe('a network of one file', () => {
  it('is trained, and tells of it', async () => {
    const types = [...new Set(events.map(({ type }) => type))];
    expect(types.filter((type) => type !== 'data')).toEqual([
      ...['settings', 'engine', 'folder', 'start', 'train', 'eval', 'best', 'checkpoint', 'stop', 'end'],
    ]);
    expect(events[0]).toMatchObject({ network: 'linear', settings: { ...settings, maxSteps: 30, batchSize: 20 } });
    const losses = events.flatMap((event) => (event.type === 'eval' && event.split === 'test' ? [event.loss] : []));
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
    expect(await listing(run())).toEqual(
      expect.arrayContaining([
        'config.json',
        'curves.png',
        'curves.svg',
        'metrics.jsonl',
        'report.html',
        'result.json',
      ]),
    );
  });

  describe.runIf(process.platform !== 'win32')('that is killed', () => {
    const killed = () => workspace('killed');
    beforeEach(
      () => trainAndKill({ ...{ network: 'linear', settings, data: mini }, out: killed() }, (step) => step === 10, 1),
      60_000,
    );

    it('equals an unbroken one after it is resumed', async () => {
      expect(await savedStep(killed())).toBe(10);
      expect(await resumeRun(killed(), { networks, data: mini }).result).toMatchObject({ stop: { step: 30 } });
      await expectSameRun(killed(), run());
      expect(await listing(killed())).toEqual(await listing(run()));
    });
  });

  it('is opened, evaluated and used by its name', async () => {
    const opened = await openRun(run(), { networks, data: mini });
    expect(opened.network).toBe(linear);
    expect(opened.settings).toMatchObject(settings);
    expect(await opened.checkpoints()).toEqual(['best', 'last']);
    expect(await opened.result()).toMatchObject({ stop: 'max-steps', step: 30 });
    const last = (await opened.metrics()).filter((line) => line.event === 'eval' && line.split === 'test').at(-1)!;
    const { accuracy, loss, count } = await opened.evaluate({ checkpoint: 'last' });
    expect({ accuracy, count }).toEqual({ accuracy: last.accuracy, count: 40 });
    expect(loss).toBeCloseTo(last.loss, 10);
    await expect(opened.evaluate({ mirror: true })).rejects.toThrow(
      /^mirror is for networks in .*; this one is linear$/,
    );
    const picture = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#36c' } })
      .png()
      .toBuffer();
    const guesses = await opened.predict(picture);
    expect(guesses).toHaveLength(10);
    expect(guesses.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 10);
  });

  it('is reported, with the weights of each class', async () => {
    const out = workspace('page.html');
    expect(await writeReport([run()], { networks, data: mini, out })).toBe(out);
    const html = await readFile(out, 'utf8');
    expect(html).toContain('Training linear: unbroken');
    expect(html).toContain('The weights of each class, 32 x 32 in colour.');
    expect(html).toContain('Sample predictions');
  });

  it('is unknown to whoever does not name it', async () => {
    const error: unknown = await openRun(run()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RecordError);
    expect(error).toMatchObject({ key: 'model', place: join(run(), 'config.json') });
    const other: unknown = await trainRun({ network: 'linear', data: mini }).result.catch((reason: unknown) => reason);
    expect(other).toBeInstanceOf(RunError);
    expect(other).toMatchObject({ code: 'unknown-network', message: expect.stringContaining('mlp-ndarray') });
  });
});
