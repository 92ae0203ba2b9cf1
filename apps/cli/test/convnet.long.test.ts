import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadModel } from '@cifarlab/trainer/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { listing, miniDataset, useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { callCli, spawnCli } from './support/cli.js';
import { readLines } from './support/read-lines.js';

const workspace = useWorkspace();
const dataFlags = ['--data-dir', miniDataset, '--allow-unverified'];

/** Trains the network at its full size: few steps of few images, in a process that gives its memory back. */
async function train(run: string, ...flags: string[]): Promise<string> {
  const args = ['train', 'convnet', ...dataFlags, '--batch-size', '8', '--quiet', '--out', run, ...flags];
  const { code, stderr } = await spawnCli(args).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return run;
}

const settingsOf = async (run: string) => JSON.parse(await readFile(join(run, 'config.json'), 'utf8')).settings;

describe('the settings of train convnet', () => {
  /** Returns the printed settings; they come before the search for the dataset, which is not there. */
  const settings = async (...flags: string[]) => {
    const args = ['--backend', 'cpu', '--data-dir', workspace('nowhere'), '--out', workspace('none')];
    const { code, stderr } = await callCli('train', 'convnet', ...args, ...flags);
    expect(code, stderr).toBe(1);
    expect(await listing(workspace())).not.toContain('none');
    return Object.fromEntries(stderr.split('\n').flatMap((line) => [/^(\w+) : (.*)$/.exec(line)?.slice(1) ?? []]));
  };
  const course = {
    ...{ preset: 'course', optimizer: 'adam', learning_rate: '0.0001', momentum: '0', nesterov: 'false' },
    ...{ weight_decay: '0', label_smoothing: '0', schedule: 'constant', warmup_steps: '0' },
    ...{ max_steps: '5000', batch_size: '32', eval_freq: '500', seed: '42', batch_order: 'course' },
    ...{ standardize: 'false', validation_size: '0', flip: 'false', crop: '0', cutout: '0' },
  };
  const strong = {
    ...{ preset: 'strong', optimizer: 'muon', learning_rate: '0.12', momentum: '0.6' },
    ...{ weight_decay: '0.0005', label_smoothing: '0.1', schedule: 'one-cycle', warmup_steps: '0' },
    ...{ max_steps: '880', batch_size: '512', accumulate: '4', eval_freq: '98', seed: '42', batch_order: 'epoch' },
    ...{ standardize: 'true', validation_size: '0', flip: 'true', alternate_flip: 'true', crop: '4', cutout: '0' },
  };

  it("are the practical's by default", async () => {
    expect(await settings()).toMatchObject(course);
  });

  it('are those of the preset', async () => {
    expect(await settings('--preset', 'strong')).toMatchObject({ ...strong, sgd_learning_rate: '0.4' });
  });

  it.each([
    [['--batch-size', '32', '--schedule', 'constant'], { batch_size: '32', schedule: 'constant' }],
    [['--no-flip', '--no-standardize', '--cutout', '8'], { flip: 'false', standardize: 'false', cutout: '8' }],
    [['--no-alternate-flip', '--accumulate', '8'], { alternate_flip: 'false', accumulate: '8' }],
    [['--nesterov', '--momentum', '0.9'], { nesterov: 'true', momentum: '0.9' }],
    [['--optimizer', 'adamw'], { optimizer: 'adamw', learning_rate: '0.0001', momentum: '0' }],
  ])('give way in the preset to %j', async (flags, changes) => {
    expect(await settings('--preset', 'strong', ...flags)).toMatchObject({ ...strong, ...changes });
  });

  it('take every flag without a preset too', async () => {
    const flags = { learning_rate: '0.1', optimizer: 'sgd', momentum: '0.5', nesterov: 'true', weight_decay: '0.01' };
    const more = { label_smoothing: '0.2', max_steps: '9', batch_size: '5', eval_freq: '3', warmup_steps: '2' };
    const others = {
      schedule: 'cosine',
      seed: '7',
      batch_order: 'epoch',
      validation_size: '10',
      crop: '2',
      cutout: '3',
    };
    const { nesterov, ...valued } = { ...flags, ...more, ...others };
    const args = Object.entries(valued).flatMap(([name, value]) => [`--${name}`, value]);
    expect(await settings(...args, '--nesterov', '--standardize', '--flip')).toMatchObject({
      ...valued,
      ...{ nesterov, standardize: 'true', flip: 'true' },
    });
  });
});

// A step takes 0.1 s on a machine with nothing else to do, and a checkpoint 180 MB.
describe('a run of train convnet', { timeout: 120_000 }, () => {
  let run: string;
  beforeAll(async () => {
    run = await train(workspace('convnet'), '--max-steps', '2', '--eval-freq', '2');
  }, 120_000);

  it('leaves a complete folder, with the weights of Figure 5', async () => {
    expect((await readLines(run)).map(({ event, step }) => `${event} ${step}`)).toEqual([
      ...['train 1', 'eval 1', 'train 2', 'eval 2'],
    ]);
    expect(await listing(run)).toEqual(expect.arrayContaining(['config.json', 'curves.png', 'report.html']));
    expect(await settingsOf(run)).toMatchObject({ preset: 'course', optimizer: 'adam', batchSize: 8, flip: false });
    const { model, values } = await loadModel(join(run, 'checkpoints', 'last'));
    expect(values).toMatchObject({ kind: 'convnet', config: { numClasses: 10, seed: 42 } });
    expect(model['PreAct2_a.conv.weight']!.shape).toEqual([128, 128, 3, 3]);
    expect(model['linear.weight']!.shape).toEqual([10, 512]);
  });

  it('is evaluated as its last evaluation was', async () => {
    const { code, stdout, stderr } = await callCli('eval', run, ...dataFlags, '--json', '--quiet');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { accuracy, loss, count, confusion } = JSON.parse(stdout);
    const last = (await readLines(run)).at(-1)!;
    expect(accuracy).toBe(last.accuracy);
    expect(loss).toBeCloseTo(last.loss, 6);
    expect(confusion.flat().reduce((sum: number, value: number) => sum + value, 0)).toBe(count);
    expect(await listing(run)).toEqual(expect.arrayContaining(['confusion-test.json', 'confusion-test.png']));
  });

  it('has a report with its first kernels and its predictions', async () => {
    const page = join(run, 'report.html');
    expect(await readFile(page, 'utf8')).toContain(`They come with: npx cifarlab report ${run}`);
    expect(await callCli('report', run, ...dataFlags, '--quiet')).toMatchObject({ code: 0, stdout: `${page}\n` });
    const html = await readFile(page, 'utf8');
    expect(html).toContain('The 64 kernels of conv0');
    expect(html).toContain('On 40 test images, the network of step 2 has an accuracy of');
  });

  it('is evaluated on the average of two views with --mirror', async () => {
    const { stdout } = await callCli('eval', run, ...dataFlags, '--json', '--mirror');
    const mirrored = JSON.parse(stdout);
    expect(mirrored).toMatchObject({ mirror: true, split: 'test', count: 40 });
    expect(mirrored.loss).not.toBeCloseTo((await readLines(run)).at(-1)!.loss, 3);
    expect(await listing(run)).toEqual(expect.arrayContaining(['confusion-test-mirror.json', 'confusion-test.json']));
  });
});
