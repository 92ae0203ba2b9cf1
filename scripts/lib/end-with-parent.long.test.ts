// A signal to npm reaches the processes that npm started: a training saves, tools end, nothing is left running.
import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { root } from './workspace.mjs';

const bin = join(root, 'apps/cli/dist/bin.js');
const data = ['--data-dir', join(root, 'packages/cifar10/test/fixtures/cifar10-mini'), '--allow-unverified'];
const training = [
  ...['train', 'mlp-ndarray', ...data, '--batch-size', '60', '--dnn-hidden-units', '4'],
  ...['--max-steps', '1000000', '--eval-freq', '500000', '--checkpoint-minutes', '0'],
];

let folder: string;
let started: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cifarlab-npm-'));
  const lib = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
  const program = (name: string, lines: string[]) =>
    writeFileSync(join(folder, name), `#!/usr/bin/env node\n${lines.join('\n')}\n`, { mode: 0o755 });
  const prelude = [
    `import { endWithParent } from ${lib('end-with-parent.mjs')};`,
    `import { run } from ${lib('workspace.mjs')};`,
    'endWithParent();',
  ];
  // As scripts/cifarlab.mjs does once all is built.
  program('direct.mjs', [...prelude, `await import(${JSON.stringify(new URL(`file://${bin}`).href)});`]);
  // As scripts/start.mjs does.
  program('through.mjs', [
    ...prelude,
    `process.exit(await run(process.execPath, [${JSON.stringify(join(folder, 'direct.mjs'))}, ...process.argv.slice(2)]));`,
  ]);
  // As an install or a build: a tool that starts others and passes nothing on.
  program('tool.mjs', [
    ...prelude,
    `process.exit(await run(${JSON.stringify(join(folder, 'tool.sh'))}, [], { tool: true }));`,
  ]);
  const pid = join(folder, 'tools');
  writeFileSync(
    join(folder, 'tool.sh'),
    `#!/bin/sh\nsleep 1000 &\necho $! $$ > '${pid}.new'\nmv '${pid}.new' '${pid}'\nsleep 1000\n`,
    {
      mode: 0o755,
    },
  );
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  symlinkSync('../../direct.mjs', join(folder, 'node_modules/.bin/direct'));
  const scripts = { through: 'node through.mjs', tool: 'node tool.mjs' };
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'scratch', version: '1.0.0', type: 'module', scripts }),
  );
});
afterEach(() => {
  for (const { pid } of started) {
    try {
      process.kill(-pid!, 'SIGKILL');
    } catch {
      // All have ended, as they should.
    }
  }
  started = [];
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** Starts npm with a process group of its own, as a terminal does. */
function startNpm(args: readonly string[]) {
  const { npm_command: _, npm_execpath: __, ...env } = process.env;
  const child = spawn('npm', [...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  started.push(child);
  let printed = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  // The streams close with the last process that holds them.
  const allEnded = new Promise<string>((resolve) => child.on('close', () => resolve(printed)));
  return { pid: child.pid!, allEnded };
}

const stepsOf = (run: string) =>
  existsSync(join(run, 'metrics.jsonl'))
    ? readFileSync(join(run, 'metrics.jsonl'), 'utf8')
        .split('\n')
        .filter((line) => line.endsWith('}'))
        .map((line) => JSON.parse(line).step as number)
    : [];

async function untilTrains(run: string) {
  while (!(existsSync(join(run, 'checkpoints/last/state.json')) && (stepsOf(run).at(-1) ?? 0) > 5)) await sleep(20);
}

/** Expects that the run was saved at its end, and continues from there. */
async function expectSaved(run: string) {
  const last = stepsOf(run).at(-1)!;
  expect(JSON.parse(readFileSync(join(run, 'checkpoints/last/state.json'), 'utf8')).training.step).toBe(last);
  expect(readdirSync(run).filter((name) => /lock|tmp/.test(name))).toEqual([]);
  const args = ['train', 'mlp-ndarray', '--resume', run, ...data, '--max-steps', String(last + 2), '--quiet'];
  const child = spawn(process.execPath, [bin, ...args], { stdio: 'ignore' });
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
  expect(stepsOf(run).at(-1)).toBe(last + 2);
}

describe.skipIf(process.platform === 'win32')('npm', { timeout: 120_000 }, () => {
  const ways: [string, string[]][] = [
    ['exec', ['exec', '--offline', '--', 'direct']],
    ['run', ['run', 'through', '--']],
  ];
  const cases = ways.flatMap(([name, args]) =>
    (['SIGTERM', 'SIGHUP', 'SIGKILL'] as const).map((signal) => ({ name, args, signal })),
  );

  test.each(cases)(
    '$name that gets $signal leaves a training that is saved, and nothing running',
    async ({ args, signal }) => {
      const run = join(folder, 'run');
      const { pid, allEnded } = startNpm([...args, ...training, '--out', run]);
      await untilTrains(run);
      process.kill(pid, signal);
      await allEnded;
      await expectSaved(run);
    },
  );

  test.each(ways)('%s: Ctrl-C in a terminal, which npm passes on as well, saves', async (_, args) => {
    const run = join(folder, 'run');
    const { pid, allEnded } = startNpm([...args, ...training, '--out', run]);
    await untilTrains(run);
    process.kill(-pid, 'SIGINT');
    await allEnded;
    await expectSaved(run);
  });

  test.each(ways)('%s: a terminal that is closed leaves a training that is saved', async (_, args) => {
    const run = join(folder, 'run');
    const { pid, allEnded } = startNpm([...args, ...training, '--out', run]);
    await untilTrains(run);
    process.kill(-pid, 'SIGHUP');
    await allEnded;
    await expectSaved(run);
  });

  test.each(['SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
    'that gets %s ends a build with all that it started',
    async (signal) => {
      const { pid, allEnded } = startNpm(['run', 'tool']);
      while (!existsSync(join(folder, 'tools'))) await sleep(20);
      process.kill(pid, signal);
      await allEnded;
      for (const tool of readFileSync(join(folder, 'tools'), 'utf8').trim().split(' '))
        expect(isRunning(Number(tool))).toBe(false);
    },
  );

  test('Ctrl-C in a terminal ends a build with all that it started', async () => {
    const { pid, allEnded } = startNpm(['run', 'tool']);
    while (!existsSync(join(folder, 'tools'))) await sleep(20);
    process.kill(-pid, 'SIGINT');
    await allEnded;
    for (const tool of readFileSync(join(folder, 'tools'), 'utf8').trim().split(' '))
      expect(isRunning(Number(tool))).toBe(false);
  });
});

/** False for a process that waits for its parent to take note of its end, too. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) [ZX] /.test(existsSync('/proc') ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '');
  } catch {
    return false;
  }
}
