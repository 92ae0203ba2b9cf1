import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { useWorkspace } from '../../../experiment/test/support/workspace.js';
import { type JobScript, jobScript } from './job-script.js';

const job: JobScript = {
  ...{ name: 'rates', tasks: [0, 1, 2, 5, 7, 8], cores: 4, logs: '/lab/rates/slurm', cwd: '/lab/rates' },
  node: { program: process.execPath, version: process.version },
  command: ['/opt/cifarlab/bin.js', 'sweep', 'a b.json'],
};

const directives = (script: string) => script.split('\n').filter((line) => line.startsWith('#SBATCH'));

describe('a job script', () => {
  it('asks for what is given, and leaves the rest to the cluster', () => {
    expect(directives(jobScript(job))).toEqual([
      '#SBATCH --job-name=rates',
      '#SBATCH --array=0-2,5,7-8',
      '#SBATCH --cpus-per-task=4',
      '#SBATCH --signal=B:USR2@120',
      '#SBATCH --requeue',
      '#SBATCH --open-mode=append',
      '#SBATCH --chdir=/lab/rates',
      '#SBATCH --output=/lab/rates/slurm/%A_%a.log',
    ]);
    const more = { limit: 2, memory: '4G', time: '01:00:00', partition: 'long', account: 'lab' };
    expect(directives(jobScript({ ...job, ...more }))).toEqual(
      expect.arrayContaining([
        '#SBATCH --array=0-2,5,7-8%2',
        '#SBATCH --mem=4G',
        '#SBATCH --time=01:00:00',
        '#SBATCH --partition=long',
        '#SBATCH --account=lab',
      ]),
    );
  });

  it('of trials beyond the numbers of one array counts from another number, after the array before', () => {
    const script = jobScript({ ...job, tasks: [1001, 1002, 1999], offset: 1001, after: '17' });
    expect(directives(script)).toContain('#SBATCH --array=0-1,998');
    expect(directives(script)).toContain('#SBATCH --dependency=afterany:17');
    expect(script).toMatch(/ "\$\(\(SLURM_ARRAY_TASK_ID \+ 1001\)\)"\n$/);
  });

  it('quotes what sbatch would take for more than one word, and a path for a pattern', () => {
    const odd = { name: 'my rates', logs: '/lab/50% off', flags: ['--constraint', 'a b#"c\\d'] };
    const lines = directives(jobScript({ ...job, ...odd }));
    expect(lines[0]).toBe('#SBATCH "--job-name=my rates"');
    expect(lines).toContain('#SBATCH "--output=/lab/50%% off/%A_%a.log"');
    expect(lines.at(-1)).toBe('#SBATCH --constraint "a b#\\"c\\\\d"');
  });

  it.each([
    [{ partition: 'a\nb' }, /^"--partition=a\\nb" has a line break or another control character.*; leave it out$/],
    [
      { flags: ['--array=1'] },
      /^the flag "--array=1" of sbatch is not for a sweep; leave it out: the sweep numbers its tasks/,
    ],
    [{ flags: ['--arr=1'] }, /is not for a sweep/],
    [{ flags: ['-a1'] }, /is not for a sweep/],
    [{ flags: ['-W'] }, /is not for a sweep/],
    [{ flags: ['zen3'] }, /^the flag "zen3" of sbatch is not a flag of sbatch; flags begin with a dash/],
  ])('refuses %j', (more, message) => {
    expect(() => jobScript({ ...job, ...more })).toThrow(
      expect.objectContaining({ code: 'slurm-flag', message: expect.stringMatching(message) }),
    );
  });
});

const workspace = useWorkspace();

describe.skipIf(process.platform === 'win32')('a task of a job script', () => {
  const run = (script: string) =>
    promisify(execFile)('bash', ['-c', script], {
      cwd: workspace(),
      env: { ...process.env, SLURM_ARRAY_TASK_ID: '5', SLURMD_NODENAME: 'node7' },
    }).then(
      ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
      ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
    );
  const command = [
    '-p',
    'JSON.stringify([process.pid === +process.env.SHELL_PID, ...process.argv.slice(1)])',
    "it's",
    '$x',
  ];

  it('takes the place of the shell, with its number as the last word', async () => {
    const script = `export SHELL_PID=$$\n${jobScript({ ...job, command })}`;
    expect(await run(script)).toEqual({
      code: 0,
      stdout: `${JSON.stringify([true, "it's", '$x', '5'])}\n`,
      stderr: '',
    });
  });

  it('says where Node is another, or is not there', async () => {
    const other = await run(jobScript({ ...job, command, node: { program: process.execPath, version: 'v1.2.3' } }));
    expect(other).toEqual({
      code: 1,
      stdout: '',
      stderr:
        `error: ${process.execPath} on node7 is ${process.version}, and this sweep has Node v1.2.3; install it there, or ` +
        'ask for other machines\n',
    });
    const none = await run(jobScript({ ...job, command, node: { program: '/no/node', version: 'v1.2.3' } }));
    expect(none.stderr).toContain('/no/node on node7 is not there, and');
  });
});
