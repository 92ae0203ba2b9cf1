import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EventFileError, EventWriter } from '@cifarlab/tensorboard';
import { readMetrics } from '@cifarlab/trainer/node';
import { describe, expect, it, vi } from 'vitest';
import { readEventFile, scalarsOf } from '../../tensorboard/test/support/read-event-file.js';
import { RunError, type RunEvent, resumeRun, type TrainRunOptions, trainRun } from '../src/index.js';
import { readRuns, writeEventFiles } from '../src/report.js';
import { trainAndKill } from './support/stopped-run.js';
import { listing, mini, useWorkspace } from './support/workspace.js';

const workspace = useWorkspace();
const settings = { batchSize: 60, maxSteps: 6, evalFreq: 3, dnnHiddenUnits: [4] };
const options = { network: 'mlp-ndarray', settings, data: mini, engine: { name: 'wasm' } } as const;
const train = (out: string, more: Partial<TrainRunOptions> = {}) => trainRun({ ...options, out, ...more });

/** Returns the event file of the only run in a folder of TensorBoard's. */
async function eventFile(logs: string): Promise<string> {
  const folder = join(logs, (await readdir(logs))[0]!);
  const names = (await readdir(folder)).filter((name) => name !== 'run.lock');
  expect(names).toEqual([expect.stringMatching(/^events\.out\.tfevents\.\d{10}\./)]);
  return join(folder, names[0]!);
}

/** Reads the numbers of `metrics.jsonl`, as scalars. */
async function recorded(run: string): Promise<ReturnType<typeof scalarsOf>> {
  const lines = await readMetrics(join(run, 'metrics.jsonl'));
  return lines.flatMap((line) => {
    const split = line.event === 'train' ? 'train' : line.split;
    const { step, loss, accuracy } = line;
    return [
      [step, `loss/${split}`, Math.fround(loss)] as [number, string, number],
      [step, `accuracy/${split}`, Math.fround(accuracy)] as [number, string, number],
    ];
  });
}

const measured = (file: string) => scalarsOf(file).filter(([, tag]) => tag !== 'learning rate');
const rates = (file: string) => scalarsOf(file).flatMap(([step, tag]) => (tag === 'learning rate' ? [step] : []));
/** The other tags, in their order. */
const others = (file: string) =>
  readEventFile(file).flatMap(({ step, what }) =>
    what.case === 'summary' && what.value.value[0]!.value.case !== 'simpleValue'
      ? [`${what.value.value[0]!.tag} ${step}`]
      : [],
  );

const session = ['_hparams_/session_start_info 0', 'first layer 1', 'first layer 6', '_hparams_/session_end_info 0'];

describe('a training', () => {
  it('writes every number, the first layer and its hyperparameters to a folder that is named as its own', async () => {
    const [out, logs] = [workspace('whole'), workspace('logs-whole')];
    await train(out, { tensorboard: logs }).result;
    expect(await readdir(logs)).toEqual(['whole']);
    const file = await eventFile(logs);
    expect(measured(file)).toEqual(await recorded(out));
    expect(rates(file)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(others(file)).toEqual(session);
    const writer = await EventWriter.open(join(logs, 'whole'), { resume: true });
    const { started } = JSON.parse(await readFile(join(out, 'config.json'), 'utf8'));
    expect(writer.recordedSession).toMatchObject({
      hyperparameters: {
        network: 'mlp-ndarray',
        batchSize: 60,
        dnnHiddenUnits: '4',
        earlyStopping: 'none',
        test: true,
      },
      time: new Date(started),
    });
    await writer.close();
  });

  it('can be read while it goes on', async () => {
    const logs = workspace('logs-growing');
    const seen: number[] = [];
    for await (const event of train(workspace('growing'), { tensorboard: logs })) {
      if (event.type === 'eval') seen.push(measured(await eventFile(logs)).length);
    }
    expect(seen).toEqual([4, 10, 18]);
  });

  it('that is killed and goes on has the numbers of an unbroken one, and none twice', async () => {
    const long = { ...settings, maxSteps: 2000, evalFreq: 100 };
    const [killed, logs] = [workspace('killed'), workspace('logs-killed')];
    await trainAndKill(
      { ...options, settings: long, out: killed, tensorboard: logs } as { out: string },
      (step) => step > 1,
    );
    const before = (await readdir(join(logs, 'killed'))).filter((name) => name.startsWith('events'));
    await resumeRun(killed, { data: mini, changes: { maxSteps: 2000 }, tensorboard: logs }).result;
    const file = await eventFile(logs);
    expect(file.endsWith(before[0]!)).toBe(true);
    expect(measured(file)).toEqual(await recorded(killed));
    expect(rates(file)).toEqual(Array.from({ length: 2000 }, (_, i) => i + 1));
  }, 120_000);

  it('that goes on with other numbers gives up those that it has left', async () => {
    const [out, logs] = [workspace('other'), workspace('logs-other')];
    await train(out, { tensorboard: logs }).result;
    const path = join(logs, 'other');
    const writer = await EventWriter.open(path, { resume: true });
    await writer.scalars(7, { 'loss/train': 99, 'accuracy/train': 0 });
    await writer.close();
    await resumeRun(out, { data: mini, changes: { maxSteps: 8 }, tensorboard: logs }).result;
    const file = await eventFile(logs);
    expect(measured(file)).toEqual(await recorded(out));
    expect(rates(file)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('catches up where it is told of the folder only when it goes on', async () => {
    const [out, logs] = [workspace('late'), workspace('logs-late')];
    await train(out).result;
    await resumeRun(out, { data: mini, changes: { maxSteps: 8 }, tensorboard: logs }).result;
    const file = await eventFile(logs);
    expect(measured(file)).toEqual(await recorded(out));
    expect(rates(file)).toEqual([7, 8]);
  });

  it('that is aborted before its first step leaves nothing', async () => {
    const controller = new AbortController();
    const stream = train(workspace('none'), { tensorboard: workspace('logs-none', 'deep'), signal: controller.signal });
    for await (const event of stream) if (event.type === 'folder') controller.abort();
    expect(await listing(workspace())).toEqual(expect.not.arrayContaining(['none', 'logs-none']));
  });

  it('goes on without it where nothing more can be written, and says so once', async () => {
    const write = vi.spyOn(EventWriter.prototype, 'scalars').mockImplementation(async (step) => {
      if (step >= 3) throw new EventFileError('unwritable', 'the disk is full');
    });
    const events: RunEvent[] = [];
    for await (const event of train(workspace('full'), { tensorboard: workspace('logs-full') })) events.push(event);
    write.mockRestore();
    const warnings = events.flatMap((event) => (event.type === 'warning' ? [String(event.message)] : []));
    expect(warnings).toEqual(['nothing more is written for TensorBoard: the disk is full']);
    expect(events.at(-1)).toMatchObject({ type: 'end', end: { stop: { step: 6 } } });
  });
});

describe('a folder that will not do', () => {
  const errorOf = (options: Partial<TrainRunOptions>) =>
    train(workspace('refused'), options).result.catch((error: unknown) => error) as Promise<RunError>;

  it('is refused before anything is done: one with the events of another run', async () => {
    const logs = workspace('logs-taken');
    await train(workspace('refused'), { tensorboard: logs }).result;
    await rm(workspace('refused'), { recursive: true });
    const file = await eventFile(logs);
    const before = await readFile(file);
    const error = await errorOf({ tensorboard: logs });
    expect(error).toBeInstanceOf(RunError);
    expect(error).toMatchObject({ code: 'other-events', place: join(logs, 'refused') });
    expect(error.message).toBe(
      `${join(logs, 'refused')} holds the events of something else than this run; choose another folder, or remove it`,
    );
    expect((await readFile(file)).equals(before)).toBe(true);
    expect(await listing(workspace())).not.toContain('refused');
  });

  it('is refused before anything is done: a file', async () => {
    await writeFile(workspace('a-file'), '');
    const error = await errorOf({ tensorboard: workspace('a-file') });
    expect(error).toMatchObject({ code: 'not-writable' });
    expect(error.message).toMatch(/cannot be written for TensorBoard: .*(is a file|file, not a folder)/);
    expect(await listing(workspace())).not.toContain('refused');
  });
});

describe('writeEventFiles', () => {
  it('writes recorded runs, and what is there already not again', async () => {
    const outs = [workspace('two', 'a', 'seed-1'), workspace('two', 'b', 'seed-1')];
    for (const out of outs) await train(out).result;
    const logs = workspace('logs-two');
    const files = await writeEventFiles(await readRuns(outs), logs);
    expect(
      files.map((file) =>
        file
          .slice(logs.length + 1)
          .replace(/\\/g, '/')
          .replace(/events.*/, ''),
      ),
    ).toEqual(['a/seed-1/', 'b/seed-1/']);
    for (const [i, file] of files.entries()) {
      expect(measured(file)).toEqual(await recorded(outs[i]!));
      expect(others(file)).toEqual([session[0], session[2], session[3]]);
    }
    const before = await Promise.all(files.map((file) => readFile(file)));
    expect(await writeEventFiles(await readRuns(outs), logs)).toEqual(files);
    for (const [i, file] of files.entries()) expect((await readFile(file)).equals(before[i]!)).toBe(true);
  });

  it('adds nothing to what the training has written', async () => {
    const [out, logs] = [workspace('same'), workspace('logs-same')];
    await train(out, { tensorboard: logs }).result;
    const file = await eventFile(logs);
    const before = await readFile(file);
    expect(await writeEventFiles(await readRuns([out]), logs)).toEqual([file]);
    expect((await readFile(file)).equals(before)).toBe(true);
  });

  it('refuses the folder of another run', async () => {
    const logs = workspace('logs-mixed');
    await mkdir(workspace('one'), { recursive: true });
    for (const parent of ['one', 'other-one']) await train(workspace(parent, 'run')).result;
    await writeEventFiles(await readRuns([workspace('one', 'run')]), logs);
    const again = writeEventFiles(await readRuns([workspace('other-one', 'run')]), logs);
    await expect(again).rejects.toMatchObject({ code: 'other-events' });
  });
});
