import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { bin } from './support/cli.js';

const workspace = useWorkspace();
let page = '';
/** A block of the page, by its language. */
const block = (language: string) => new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(page)![1]!;

/** Puts a program on the path of the submit files. */
async function program(name: string, script: string): Promise<void> {
  await writeFile(workspace('bin', name), `#!/bin/sh\n${script}\n`);
  await chmod(workspace('bin', name), 0o755);
}

beforeAll(async () => {
  page = await readFile(new URL('../../../docs/guides/sweeps-on-a-cluster.md', import.meta.url), 'utf8');
  await mkdir(workspace('bin'));
  await writeFile(workspace('rates.json'), block('json'));
});

/** Says which task a command line would train, rather than train it. */
const asDryRun = () => program('cifarlab', `exec "${process.execPath}" "${bin}" "$@" --dry-run`);

async function run(file: string, args: readonly string[], env: Record<string, string> = {}) {
  const PATH = `${workspace('bin')}:${process.env.PATH}`;
  const ended = promisify(execFile)(file, [...args], { cwd: workspace(), env: { ...process.env, ...env, PATH } });
  return ended.then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );
}

const third = {
  code: 0,
  stdout: expect.stringMatching(/^task 3: [0-9a-f]{10} {2}optimizer adam, learning-rate 0\.0003, flip, seed 42\n/),
};

describe.skipIf(process.platform === 'win32')('the submit file for', { timeout: 240_000 }, () => {
  const slurm = {
    ...{ SLURM_JOB_ID: '20', SLURM_ARRAY_JOB_ID: '17', SLURM_ARRAY_TASK_ID: '3', SLURM_CPUS_PER_TASK: '4' },
  };

  it('Slurm trains the task of its number', async () => {
    await asDryRun();
    await writeFile(workspace('rates.slurm'), block('slurm'));
    expect(await run('bash', ['rates.slurm'], slurm)).toEqual(third);
  });

  it('Kubernetes trains the task of its index', async () => {
    await asDryRun();
    const [, command] = /command: (\[.*\])/.exec(block('yaml'))!;
    const [, args] = /args: (\[.*\])/.exec(block('yaml'))!;
    const [file, ...words] = [...JSON.parse(command!), ...JSON.parse(args!)] as [string, ...string[]];
    expect(await run(file, words, { JOB_COMPLETION_INDEX: '3' })).toEqual(third);
  });

  it('HTCondor trains the task of its process', async () => {
    await asDryRun();
    const [, words] = /^arguments\s*= "(.*)"$/m.exec(block('condor'))!;
    expect(await run('cifarlab', words!.replace('$(Process)', '3').split(' '))).toEqual(third);
  });

  it('GNU parallel trains the tasks of its input', async () => {
    await asDryRun();
    const [, line] = /^(seq 0 11 \| parallel .*)$/m.exec(page)!;
    const isThere = (await run('sh', ['-c', 'command -v parallel'])).code === 0;
    const one = line!.replace('seq 0 11', 'seq 3 3');
    const standIn = `cifarlab ${one.slice(one.indexOf('cifarlab ') + 9).replace('{}', '3')}`;
    expect(await run('sh', ['-c', isThere ? one : standIn])).toEqual(third);
  });
});
