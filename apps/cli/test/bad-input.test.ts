import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadCheckpoint, saveCheckpoint } from '@cifarlab/trainer/node';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { listing, miniDataset, useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { bin, callCli, miniFlags, type Outcome, spawnCli } from './support/cli.js';

const workspace = useWorkspace();
const short = ['--max-steps', '20', '--eval-freq', '5', '--dnn-hidden-units', '4'];

/** Expects one line on stderr that names the remedy, beside notes about the work, and no stack trace. */
function expectOneError({ code, stderr }: Outcome, exitCode: number, message: RegExp): void {
  const lines = stderr.split('\n').filter((line) => line.startsWith('error:'));
  expect(lines, stderr).toHaveLength(1);
  expect(lines[0]).toMatch(message);
  expect(stderr).not.toMatch(/^ {4}at /m);
  expect(code).toBe(exitCode);
}

/** Trains into a folder that is not there yet, and expects that nothing comes of it. */
async function expectNoRun(
  flags: readonly string[],
  exitCode: number,
  message: RegExp,
  model = 'mlp-ndarray',
): Promise<void> {
  const folder = await mkdtemp(workspace('refused-'));
  for (const quiet of [[], ['--quiet']]) {
    const out = ['--out', join(folder, 'runs', 'new')];
    const steps = model === 'convnet' ? short.slice(0, 4) : short;
    const outcome = await callCli('train', model, ...out, ...steps, ...flags, ...quiet);
    expectOneError(outcome, exitCode, message);
    expect(outcome.stdout).toBe('');
    if (quiet.length > 0) expect(outcome.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(await listing(folder)).toEqual([]);
  }
}

/** Makes a copy of the mini dataset with one file changed. */
async function altered(name: string, change: (bytes: Buffer) => Buffer): Promise<string[]> {
  const folder = await mkdtemp(workspace('data-'));
  await cp(miniDataset, folder, { recursive: true });
  const file = join(folder, 'cifar-10-batches-py', name);
  await writeFile(file, change(await readFile(file)));
  return ['--data-dir', folder, '--batch-size', '60'];
}

function flipByte(bytes: Buffer): Buffer {
  const at = bytes.length >> 1;
  bytes[at] = bytes[at]! ^ 0xff;
  return bytes;
}

describe('a command line that cannot be meant', () => {
  it.each([
    [['train', 'mlp-ndarray', '--bach-size', '60'], /unknown option '--bach-size' \(Did you mean --batch-size\?\)/],
    [['trian'], /unknown command 'trian' \(Did you mean train\?\)/],
    [['train', 'mlp-ndaray'], /unknown command 'mlp-ndaray' \(Did you mean mlp-ndarray\?\)/],
    [['eval'], /missing required argument 'run'/],
    [['predict', 'somewhere'], /missing required argument 'image'/],
    [['predict', 'somewhere', ''], /'' is invalid for argument 'image'\. It must not be empty/],
    [['predict', '', 'a.png'], /'' is invalid for argument 'run'\. It must not be empty/],
    [['eval', ' '], /' ' is invalid for argument 'run'\. It must not be empty/],
    [['plot', 'somewhere', ''], /'' is invalid for argument 'run'\. It must not be empty/],
    [['export'], /missing required argument 'run'/],
    [['report', ''], /'' is invalid for argument 'run'\. It must not be empty/],
    [['sweep', ''], /'' is invalid for argument 'file'\. It must not be empty/],
    [['train', 'mlp', '--resume', ''], /'--resume <run>' argument '' is invalid\. It must not be empty/],
  ])('%j', async (args, message) => {
    const outcome = await callCli(...args);
    expectOneError(outcome, 2, message);
    expect(outcome.stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it.each([
    [['--batch-size', '0'], /'--batch-size <images>' argument '0' is invalid\. It must be a whole number of 1 or more/],
    [['--learning-rate', 'NaN'], /argument 'NaN' is invalid\. It must be a number above 0, such as 1e-3/],
    [['--max-steps', '-1'], /argument '-1' is invalid\. It must be a whole number of 1 or more/],
    [['--activation', 'foo'], /'foo' is invalid\. It must be one of elu, relu, leaky-relu, tanh/],
    [
      ['--dnn-hidden-units', '100,x'],
      /argument '100,x' is invalid\. It must be whole numbers of 1 or more with commas/,
    ],
    [['--neg-slope', '0.1'], /--neg-slope 0\.1 has no meaning .* use --activation leaky-relu/],
    [['--early-stopping', '3'], /--early-stopping 3 needs validation images .* add --validation-size/],
    [['--batch-size', '1000'], /--batch-size 1000 is more than the 200 training images; use a smaller one/],
    [
      ['--validation-size', '201'],
      /--validation-size 201 is more than there are training images; .* between 0 and 200\./,
    ],
    [
      ['--validation-size', '150'],
      /--batch-size 60 is more than the 50 training images that --validation-size 150 leaves/,
    ],
    [['--validation-size', '200'], /more than the 0 training images that --validation-size 200 leaves; hold out fewer/],
    [
      ['--batch-size', '199', '--norm', 'batch', '--batch-order', 'epoch'],
      /--batch-size 199 leaves 1 of the 200 training images to the last batch of an epoch, which batch norm cannot/,
    ],
    [['--batch-size', '1', '--norm', 'batch'], /cannot normalise a batch of one image; use a larger --batch-size/],
  ])('train with %j', async (flags, message) => {
    await expectNoRun([...miniFlags, ...flags], 2, message);
  });

  it.each<[string, string[], RegExp]>([
    ['mlp', ['--activation', 'foo'], /'foo' is invalid\. It must be one of elu, relu, .*, sigmoid, silu, gelu/],
    ['mlp', ['--neg-slope', '0.1'], /--neg-slope 0\.1 has no meaning .* use --activation leaky-relu/],
    ['mlp', ['--batch-size', '1', '--norm', 'batch'], /cannot normalise a batch of one image; use a larger/],
    ['mlp', ['--dropout', '1'], /'1' is invalid\. It must be a number from 0 up to, but below, 1\./],
    ['mlp', ['--early-stopping', '3'], /--early-stopping 3 needs validation images .* add --validation-size/],
    ['mlp', ['--batch-size', '1000'], /--batch-size 1000 is more than the 200 training images; use a smaller one/],
    ['convnet', ['--momentum', '0.9'], /--momentum 0\.9 has no meaning for --optimizer adam; .* --optimizer sgd/],
    ['convnet', ['--nesterov'], /--nesterov needs --optimizer sgd with a --momentum, 0\.9 for example/],
    [
      'convnet',
      ['--batch-size', '199', '--batch-order', 'epoch'],
      /--batch-size 199 leaves 1 of the 200 training images to the last batch of an epoch, which batch norm cannot/,
    ],
    ['convnet', ['--batch-size', '1'], /--batch-size 1 leaves one value per channel .*; use a larger --batch-size/],
    ['convnet', ['--preset', 'best'], /'best' is invalid\. It must be one of course, strong\./],
    ['convnet', ['--preset', 'strong', '--warmup-steps', '5'], /one-cycle has a warm-up of its own/],
    ['convnet', ['--crop', '32'], /'32' is invalid\. It must be a whole number from 0 to 31\./],
    ['convnet', ['--dnn-hidden-units', '100'], /unknown option '--dnn-hidden-units'/],
  ])('train %s with %j', async (model, flags, message) => {
    await expectNoRun([...miniFlags, ...flags], 2, message, model);
  });
});

describe('an error', () => {
  it('shows where it came from when CIFARLAB_DEBUG is set', async () => {
    vi.stubEnv('CIFARLAB_DEBUG', '1');
    const { code, stderr } = await callCli('eval', workspace('never'));
    vi.stubEnv('CIFARLAB_DEBUG', '');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .*\n.*RunError.*\n {4}at /);
  });
});

describe('a dataset that cannot be used', () => {
  it('a folder that is not there', async () => {
    await expectNoRun(['--data-dir', workspace('nowhere')], 1, /nowhere/);
  });

  it('nothing given, and the network not allowed', async () => {
    vi.stubEnv('CIFARLAB_OFFLINE', '0');
    const outcome = await callCli('data', '--offline', '--quiet');
    vi.stubEnv('CIFARLAB_OFFLINE', '1');
    expectOneError(outcome, 1, /found nowhere\. .*: offline; .*: offline\. Go online/);
  });

  it('a truncated file', async () => {
    const flags = await altered('data_batch_2', (bytes) => bytes.subarray(0, 60_000));
    await expectNoRun([...flags, '--allow-unverified'], 1, /data_batch_2/);
  });

  it('images that are not the published ones, without --allow-unverified', async () => {
    await expectNoRun(
      await altered('data_batch_2', flipByte),
      1,
      /is not the published batch: .*allow unverified data \(--allow-unverified\)/,
    );
  });

  it('a pickle that would run a program', async () => {
    const flags = await altered('data_batch_1', () => Buffer.from("cposix\nsystem\n(S'echo owned'\ntR.", 'latin1'));
    await expectNoRun([...flags, '--allow-unverified'], 1, /data_batch_1/);
  });
});

describe('a folder that cannot be written', () => {
  const train = (out: string) => callCli('train', 'mlp-ndarray', ...miniFlags, ...short, '--quiet', '--out', out);

  it('is not empty', async () => {
    await mkdir(workspace('full'));
    await writeFile(workspace('full', 'thesis.txt'), 'mine');
    expectOneError(await train(workspace('full')), 2, /is not empty; choose another folder with --out/);
    expect(await listing(workspace('full'))).toEqual(['thesis.txt']);
    expect(await readFile(workspace('full', 'thesis.txt'), 'utf8')).toBe('mine');
  });

  it('lies under a file', async () => {
    await writeFile(workspace('file'), 'mine');
    expectOneError(await train(workspace('file', 'run')), 1, /; choose another path/);
    expect(await readFile(workspace('file'), 'utf8')).toBe('mine');
  });

  it('is itself a file', async () => {
    await writeFile(workspace('plain'), 'mine');
    expectOneError(await train(workspace('plain')), 1, /plain .*; choose another path/);
    expect(await readFile(workspace('plain'), 'utf8')).toBe('mine');
  });

  it('gives no permission', async (context) => {
    if (process.platform === 'win32') context.skip('Windows has no permission bits');
    const folder = workspace('locked');
    await mkdir(folder);
    await chmod(folder, 0o500);
    // Root may write anywhere: somebody else has to try.
    const uid = process.getuid!() === 0 ? 65534 : undefined;
    if (uid !== undefined) {
      await chmod(workspace(), 0o755);
      await chown(folder, uid, uid);
      const probe = await spawnCli(['data', '--help'], { uid }).ended.catch(() => undefined);
      if (probe?.code !== 0) context.skip('run as root, and no other user may read the program');
    }
    const args = ['train', 'mlp-ndarray', ...miniFlags, ...short, '--quiet', '--out', join(folder, 'run')];
    const outcome = await spawnCli(args, uid === undefined ? {} : { uid }).ended;
    expectOneError(outcome, 1, /no permission for .*locked.*; choose another folder/);
    expect(await listing(folder)).toEqual([]);
  });

  it('takes no more bytes', async (context) => {
    if (process.platform === 'win32') context.skip('Windows cannot limit the size of files');
    const run = workspace('limited');
    // 16 blocks hold config.json and some lines of metrics.jsonl, but no checkpoint: as a disk that fills up does.
    const command = ['bash', '-c', 'ulimit -f 16; exec "$0" "$@"', process.execPath, bin];
    const args = ['train', 'mlp-ndarray', ...miniFlags, ...short, '--quiet', '--out', run];
    const outcome = await spawnCli(args, { command }).ended;
    expectOneError(outcome, 1, /limited.*could not be (?:written|saved)/);
    expect((await listing(run)).filter((name) => /tmp|safetensors|state\.json/.test(name))).toEqual([]);
  });
});

describe('a run that cannot be read', () => {
  const run = () => workspace('run');
  const last = (...parts: string[]) => join(...parts, 'checkpoints', 'last');
  beforeAll(async () => {
    for (const [model, out] of [
      ['mlp-ndarray', run()],
      ['mlp', workspace('tfjs')],
    ] as const) {
      expect((await callCli('train', model, ...miniFlags, ...short, '--quiet', '--out', out)).code).toBe(0);
    }
  });

  const uses = {
    eval: (folder: string) => callCli('eval', folder, ...miniFlags.slice(0, 3), '--quiet'),
    predict: (folder: string) => callCli('predict', folder, workspace('run', 'curves.png')),
    resume: (folder: string) => callCli('train', 'mlp-ndarray', '--resume', folder, ...miniFlags, '--quiet'),
    export: (folder: string) => callCli('export', folder, '--quiet'),
  };

  async function damaged(change: (checkpoint: string) => Promise<void>, original = run()): Promise<string> {
    const copy = await mkdtemp(workspace('damaged-'));
    await cp(original, copy, { recursive: true });
    await change(last(copy));
    return copy;
  }

  async function expectUnchanged(
    use: (folder: string) => Promise<Outcome>,
    folder: string,
    message: RegExp,
  ): Promise<void> {
    const before = await contents(folder);
    expectOneError(await use(folder), 1, message);
    expect(await contents(folder)).toEqual(before);
  }

  async function contents(folder: string): Promise<Record<string, string>> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return Object.fromEntries(
      await Promise.all(files.sort().map(async (file) => [file, await readFile(file, 'base64')])),
    );
  }

  it.each(Object.entries(uses))('%s: a flipped byte in the weights', async (_, use) => {
    const folder = await damaged(async (checkpoint) => {
      const name = (await readdir(checkpoint)).find((file) => file.startsWith('model-'))!;
      await writeFile(join(checkpoint, name), flipByte(await readFile(join(checkpoint, name))));
    });
    await expectUnchanged(use, folder, /is damaged: model-.* has the SHA-256 .*Use another checkpoint, or train again/);
  });

  it.each(Object.entries(uses))('%s: a truncated state.json', async (_, use) => {
    const folder = await damaged((checkpoint) => truncate(join(checkpoint, 'state.json'), 500));
    await expectUnchanged(use, folder, /is damaged: .*Use another checkpoint, or train again/);
  });

  it.each(Object.entries(uses))('%s: a folder that is not a run', async (_, use) => {
    const folder = await mkdtemp(workspace('no-run-'));
    await expectUnchanged(
      use,
      folder,
      /there is no config\.json in .*, so it is not a run; give the folder that train printed/,
    );
  });

  it.each(Object.entries(uses))('%s: a folder that is not there', async (_, use) => {
    expectOneError(await use(workspace('never')), 1, /never does not exist; give the folder of a run/);
  });

  it('predict: a text file, a missing file, a folder', async () => {
    await writeFile(workspace('notes.txt'), 'no picture');
    const pictures = [workspace('run', 'curves.png'), workspace('notes.txt')];
    const text = await callCli('predict', run(), ...pictures);
    expectOneError(text, 1, /notes\.txt cannot be read as an image .*; give a PNG or JPEG file/);
    expect(text.stdout).toBe('');
    expectOneError(
      await callCli('predict', run(), workspace('gone.png')),
      1,
      /gone\.png does not exist; check the path/,
    );
    expectOneError(await callCli('predict', run(), workspace('run')), 1, /a folder where a file is expected/);
  });

  it.each([
    ['eval', 'run', uses.eval, /the network's loss is NaN on these images: .* have diverged; train again/],
    ['predict', 'run', uses.predict, /gives no probabilities for .*curves\.png: .* have diverged; train again/],
    ['eval', 'tfjs', uses.eval, /the network's loss is NaN on these images: .* have diverged; train again/],
    ['predict', 'tfjs', uses.predict, /gives no probabilities for .*curves\.png: .* have diverged; train again/],
    ['export', 'run', uses.export, /holds NaN in "layers\.1\.weight": its weights have diverged; train again/],
  ])('%s %s: weights that are not numbers', async (_, original, use, message) => {
    const folder = await damaged(async (checkpoint) => {
      const { model, ...rest } = await loadCheckpoint(checkpoint);
      model['layers.1.weight']!.data[0] = Number.NaN;
      await saveCheckpoint(checkpoint, { model, ...rest });
    }, workspace(original));
    await expectUnchanged(use, folder, message);
  });

  it.each([
    ['eval', uses.eval],
    ['predict', uses.predict],
    ['export', uses.export],
  ])('%s: weights of another shape', async (_, use) => {
    const folder = await damaged(async (checkpoint) => {
      const { model, ...rest } = await loadCheckpoint(checkpoint);
      model['layers.1.weight'] = { shape: [2, 2], data: new Float32Array(4) };
      await saveCheckpoint(checkpoint, { model, ...rest });
    }, workspace('tfjs'));
    await expectUnchanged(use, folder, /layers\.1\.weight/);
  });

  it.each([
    ['eval', uses.eval, /There is no checkpoint in .*last/],
    ['predict', uses.predict, /There is no checkpoint in .*last/],
    ['export', uses.export, /There is no checkpoint in .*last/],
    ['resume', uses.resume, /stopped before its first checkpoint, so there is nothing to go on from; start a new run/],
  ])('%s: a run without a checkpoint', async (_, use, message) => {
    const folder = await damaged((checkpoint) => rm(checkpoint, { recursive: true }));
    await expectUnchanged(use, folder, message);
  });

  it.each(['plot', 'report'])('%s: a folder that is not a run', async (command) => {
    const folder = await mkdtemp(workspace('empty-'));
    await expectUnchanged((path) => callCli(command, path), folder, /there is no config\.json in/);
  });
});
