import { once } from 'node:events';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { callCli, miniFlags, spawnCli } from './support/cli.js';

const workspace = useWorkspace();
const TIMEOUT = 120_000;
const isServed = (address: string) =>
  fetch(address).then(
    ({ ok }) => ok,
    () => false,
  );

/** Returns the address in the first line that has one. */
async function addressIn(stream: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stream })) {
    const address = /http:\/\/127\.0\.0\.1:\d+\/[\w-]+\//.exec(line)?.[0];
    if (address !== undefined) return address;
  }
  throw new Error('there is no address');
}

describe('watch', { timeout: TIMEOUT }, () => {
  it.skipIf(process.platform === 'win32')('serves a page until Ctrl-C, and ends with 0', async () => {
    await mkdir(workspace('empty'));
    const { child, ended } = spawnCli(['watch', workspace('empty')]);
    const [line] = await once(child.stdout!, 'data');
    const address = String(line).trim();
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/);
    expect(await isServed(address)).toBe(true);
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 0, stdout: `${address}\n`, stderr: 'Ctrl-C ends it.\n' });
    expect(await isServed(address)).toBe(false);
  });

  it.skipIf(process.platform !== 'linux')('--open has the browser of this machine open the page', async () => {
    await mkdir(workspace('opened'));
    // A stand-in writes what it is called with. Without a display, the variable BROWSER decides which one it is.
    const [browser, called] = [workspace('stand-in-browser'), workspace('called')];
    await writeFile(browser, `#!/bin/sh\nprintf '%s\\n' "$@" > "${called}.part"; mv "${called}.part" "${called}"\n`);
    await chmod(browser, 0o755);
    const env = {
      PATH: `${workspace()}:${process.env.PATH}`,
      BROWSER: 'stand-in-browser',
      DISPLAY: '',
      XDG_CURRENT_DESKTOP: '',
    };
    const { child, ended } = spawnCli(['watch', workspace('opened'), '--open'], { env });
    await expect.poll(() => readFile(called, 'utf8').catch(() => ''), { timeout: TIMEOUT }).not.toBe('');
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect([code, await readFile(called, 'utf8')]).toEqual([0, stdout]);
  });

  it('says what is wrong with a folder or a port', async () => {
    const none = workspace('none');
    expect(await callCli('watch', none)).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: ${none} does not exist; give the folder of a run, of a sweep, or one that holds runs\n`,
    });
    expect((await callCli('watch', '--port', '65536')).code).toBe(2);
  });
});

describe('train', { timeout: TIMEOUT }, () => {
  const long = ['--max-steps', '100000', '--eval-freq', '50000', '--dnn-hidden-units', '4'];

  it.skipIf(process.platform === 'win32')('--watch serves a page until the training ends', async () => {
    const out = workspace('watched');
    const { child, ended } = spawnCli(['train', 'mlp-ndarray', ...miniFlags, ...long, '--watch', '--out', out]);
    const address = await addressIn(child.stderr!);
    expect(await isServed(address)).toBe(true);
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    expect(await isServed(address)).toBe(false);
    expect(await readFile(`${out}/metrics.jsonl`, 'utf8')).toContain('"step":1,');
  });

  it('--show-batch draws a batch into the folder of the run', async () => {
    const out = workspace('shown');
    const short = ['--max-steps', '2', '--dnn-hidden-units', '4', '--show-batch', '--out', out];
    const { code, stderr } = await callCli('train', 'mlp-ndarray', ...miniFlags, ...short);
    expect(code).toBe(0);
    expect(stderr).toContain(`first batch: ${out}/batch.png`);
    expect((await stat(`${out}/batch.png`)).size).toBeGreaterThan(1000);
  });

  it('without either has neither', async () => {
    const out = workspace('plain');
    const { stderr } = await callCli('train', 'mlp-ndarray', ...miniFlags, '--max-steps', '2', '--out', out);
    expect(stderr).not.toMatch(/watch it|first batch/);
    await expect(stat(`${out}/batch.png`)).rejects.toThrow('ENOENT');
  });
});
