import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { useWorkspace } from '../../engines/test/support/workspace.js';
import { watchInProcess } from '../src/process/watch-in-process.js';
import { writeRun } from './support/written-run.js';

const workspace = useWorkspace();
const TIMEOUT = 120_000;

it('serves a page from a process that ends when it is told to', { timeout: TIMEOUT }, async () => {
  const folder = workspace('run');
  await writeRun(folder, { steps: 5 });
  const { address, close } = await watchInProcess(folder);
  expect((await fetch(address)).status).toBe(200);
  await close();
  await close();
  await expect(fetch(address)).rejects.toThrow();
});

it('tells why there is no page', { timeout: TIMEOUT }, async () => {
  await expect(watchInProcess(workspace('none'))).rejects.toMatchObject({ name: 'WatchError', code: 'no-folder' });
});

it('ends with the process that has started it', { timeout: TIMEOUT }, async () => {
  const folder = workspace('left');
  await writeRun(folder, { steps: 5 });
  const program = new URL('../dist/index.js', import.meta.url).href;
  const code = `const { watchInProcess } = await import(${JSON.stringify(program)});
    console.log((await watchInProcess(${JSON.stringify(folder)})).address);
    process.kill(process.pid, 'SIGKILL');`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code]).catch(
    (error: { stdout: string }) => error,
  );
  expect(stdout).toMatch(/^http:/);
  await expect
    .poll(
      () =>
        fetch(stdout.trim()).then(
          () => 'served',
          () => 'gone',
        ),
      { timeout: TIMEOUT },
    )
    .toBe('gone');
});
