import { openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { miniFlags, spawnCli } from './support/cli.js';
import { readLines } from './support/read-lines.js';

const workspace = useWorkspace();
const short = ['--max-steps', '6', '--eval-freq', '3', '--dnn-hidden-units', '4'];
const train = (out: string) => ['train', 'mlp-ndarray', ...miniFlags, ...short, '--out', out];

describe.skipIf(process.platform !== 'linux')('a stream that takes nothing', () => {
  // Read-only, so that writing gives EBADF.
  const streams = {
    'a full disk': () => openSync('/dev/full', 'w'),
    'a file open for reading': () => openSync('/dev/null', 'r'),
  };

  describe.each(Object.entries(streams))('%s', (name, open) => {
    it.each(['--help', '--version', 'train mlp --help', 'backends --seconds 0 --quiet'])(
      'as stdout of %s: one line and exit 1',
      async (line) => {
        const args = line.split(' ');
        const { code, stderr } = await spawnCli(args, { stdio: ['ignore', open(), 'pipe'] }).ended;
        expect(stderr).toMatch(/^error: [^\n]*stdout[^\n]*\n$/);
        expect(code).toBe(1);
      },
    );

    it('as stdout does not stop a training, whose exit code tells', async () => {
      const run = workspace(`${name} stdout`);
      const { code, stderr } = await spawnCli([...train(run), '--quiet'], { stdio: ['ignore', open(), 'pipe'] }).ended;
      expect(stderr).toMatch(/^error: [^\n]*stdout[^\n]*\n$/);
      expect(code).toBe(1);
      expect(JSON.parse(await readFile(join(run, 'result.json'), 'utf8'))).toMatchObject({
        stop: 'max-steps',
        step: 6,
      });
    });

    it('as stderr does not stop a training, which is done', async () => {
      const run = workspace(`${name} stderr`);
      const { code, stdout } = await spawnCli(train(run), { stdio: ['ignore', 'pipe', open()] }).ended;
      expect(code).toBe(0);
      expect(stdout).toContain('at step 6');
      expect((await readLines(run)).at(-1)!.step).toBe(6);
    });

    it('as both leaves wrong usage wrong usage', async () => {
      const { code } = await spawnCli(['train', 'mlp', '--no-such-flag'], { stdio: ['ignore', open(), open()] }).ended;
      expect(code).toBe(2);
    });
  });

  it('closed by its reader is not a failure', async () => {
    const { child, ended } = spawnCli(['--help']);
    child.stdout!.destroy();
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });
});
