import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { trainRun } from '../src/index.js';
import { expectSameRun, pastCheckpoint } from './support/stopped-run.js';
import { mini, useWorkspace } from './support/workspace.js';

const workspace = useWorkspace();
const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const asHost = pathToFileURL(path('./support/as-host.mjs')).href;
const settings = { batchSize: 60, maxSteps: 500, evalFreq: 100, dnnHiddenUnits: [64] };
const common = { network: 'mlp-ndarray', engine: { name: 'wasm' as const }, data: mini };

/** Trains, or goes on with a run, in a process of another machine. */
function startAs(host: string, program: string, options: object, clockMs = 0) {
  const env = { ...process.env, AS_HOST: host, AS_HOST_CLOCK_MS: String(clockMs) };
  const args = ['--import', asHost, path(`./children/${program}.mjs`), JSON.stringify(options)];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, ended, output: () => output };
}

async function bytesOf(run: string): Promise<Record<string, string>> {
  const entries = await readdir(run, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(await Promise.all(files.map(async (file) => [file, await readFile(file, 'latin1')])));
}

describe.skipIf(process.platform === 'win32')('a run on a disk that two machines share', { timeout: 300_000 }, () => {
  it('is gone on with by one when the other is stopped, which writes nothing when it wakes', async () => {
    const unbroken = workspace('unbroken');
    await trainRun({ ...common, settings, out: unbroken }).result;
    const out = workspace('moved on');
    const options = { ...common, settings, out, leaseSeconds: 1, command: 'the first' };
    const first = startAs('node1', 'train', options);
    await pastCheckpoint(out, first.child, (step) => step >= 100, 5);
    first.child.kill('SIGSTOP');
    const second = startAs('node2', 'resume', { run: out, data: mini, command: 'the second' }, 120_000);
    expect([await second.ended, second.output()]).toEqual([
      0,
      expect.stringMatching(
        /process \d+ on node1 holds the run; whether it still renews its lock is known in 1 seconds/,
      ),
    ]);
    await expectSameRun(out, unbroken);
    const before = await bytesOf(out);
    first.child.kill('SIGCONT');
    expect(await first.ended).toBe(1);
    expect(first.output()).toMatch(/RunError: .* is not this process's any more: .*run\.lock was removed/);
    expect(await bytesOf(out)).toEqual(before);
  });

  it('is refused to one while the other trains it', async () => {
    const out = workspace('in use');
    const first = startAs('node1', 'train', {
      ...common,
      settings: { ...settings, maxSteps: 1e6 },
      out,
      leaseSeconds: 3,
    });
    await pastCheckpoint(out, first.child, (step) => step >= 1);
    const second = startAs('node2', 'resume', { run: out, data: mini }, -60_000);
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(/in use is in use: process \d+ on node1 \(since .*\) holds/);
    first.child.kill('SIGKILL');
    await first.ended;
  });
});
