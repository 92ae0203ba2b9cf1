import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../lib/workspace.mjs';
import { runCommand } from './run-command.mjs';
import { differences, snapshot } from './snapshot.mjs';

const dataset = join(root, 'packages/cifar10/test/fixtures/cifar10-mini');

/** The settings of all runs: quick, with a validation set so that there is a best checkpoint. */
const SETTINGS = [
  ...['--dnn-hidden-units', '16', '--init', 'he', '--batch-size', '40', '--validation-size', '40'],
  ...['--max-steps', '40', '--eval-freq', '5', '--seed', '7', '--threads', '1'],
];

/**
 * A folder of one's own for a campaign: the dataset, a finished run and files that nobody may touch, and places for cases
 * beside them.
 *
 * @param {string[]} cli the command under test.
 */
export async function prepareGround(cli) {
  const folder = await mkdtemp(join(tmpdir(), 'cifarlab-torture-'));
  const data = join(folder, 'data');
  await cp(dataset, data, { recursive: true });
  await mkdir(join(folder, 'runs'));
  await writeFile(join(folder, 'thesis.txt'), 'nobody may touch this\n');
  await writeFile(join(folder, 'runs', 'notes.txt'), 'nor this\n');
  const dataFlags = ['--data-dir', data, '--allow-unverified'];
  const finished = join(folder, 'runs', 'finished');
  const train = ['train', 'mlp-ndarray', ...dataFlags, ...SETTINGS];
  const { code, stderr } = await runCommand([...cli, ...train, '--out', finished], { cwd: folder });
  if (code !== 0) throw new Error(`The command under test cannot train at all: ${stderr}`);
  const before = await snapshot(folder, { skip: ['cases'] });
  let cases = 0;
  return {
    folder,
    dataFlags,
    finished,
    train,
    cli,
    /** Returns a new folder for a case. */
    async place() {
      const path = join(folder, 'cases', String(cases++));
      await mkdir(path, { recursive: true });
      return path;
    },
    /** Runs the command under test. */
    run: (args, options) => runCommand([...cli, ...args], { cwd: folder, ...options }),
    /** Runs another command. */
    command: (command, options) => runCommand(command, { cwd: folder, ...options }),
    /** Returns the changes to the files that no case may touch. */
    damage: async () => differences(before, await snapshot(folder, { skip: ['cases'] })),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
