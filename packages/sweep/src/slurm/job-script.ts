import { commandLine } from '@cifarlab/internals/shell-words';
import { directive, pathPattern } from './directive.js';
import { checkFurtherFlags } from './further-flags.js';
import { indexRanges } from './index-ranges.js';

/** Resources that each task of a sweep asks Slurm for. For those left out, the cluster's defaults apply. */
export interface SlurmResources {
  /** Cores of a task. */
  cores: number;
  /** Tasks at a time. Default: as many as the queue starts. */
  limit?: number | undefined;
  /** Memory of a task, `4G` for example. */
  memory?: string | undefined;
  /** Time limit, `01:00:00` for example; at its end a task saves, and goes on in another turn. */
  time?: string | undefined;
  /** Partition. */
  partition?: string | undefined;
  /** Account. */
  account?: string | undefined;
  /** Further flags of sbatch. */
  flags?: readonly string[] | undefined;
}

/** Content of a job script. */
export interface JobScript extends SlurmResources {
  /** Name of the job. */
  name: string;
  /** Ascending numbers of its trials. */
  tasks: readonly number[];
  /** Number of the trial that the array's task 0 trains. Default: 0. */
  offset?: number | undefined;
  /** Job that is to end before; undefined for none. */
  after?: string | undefined;
  /** Folder of the logs. */
  logs: string;
  /** Folder that the tasks begin in. */
  cwd: string;
  /** Node's program, the same on all machines, and its version. */
  node: { program: string; version: string };
  /** Command that Node runs; the number of the task comes after it. */
  command: readonly string[];
}

/** Seconds between the signal and the time limit; Slurm may send it up to a minute earlier. */
const SECONDS_TO_SAVE = 120;

/**
 * Writes the job script of an array: each task trains the trial of its number.
 *
 * The task takes the place of the shell (`exec`), so that it is the one that hears the signals: two minutes before the time
 * limit SIGUSR2, which Slurm sends to the batch script alone (`B:`), at a preemption and after `scancel` SIGTERM.
 *
 * @throws SweepError, `slurm-flag`, for what a job script cannot say.
 */
export function jobScript(job: JobScript): string {
  const {
    name,
    tasks,
    offset = 0,
    after,
    limit,
    cores,
    memory,
    time,
    partition,
    account,
    flags = [],
    logs,
    cwd,
    node,
    command,
  } = job;
  checkFurtherFlags(flags);
  const option = (key: string, value: string | number | undefined) =>
    value === undefined ? [] : [directive(`--${key}=${value}`)];
  const wanted = commandLine([node.version], 'linux');
  return [
    '#!/bin/bash',
    ...option('job-name', name),
    ...option('array', `${indexRanges(tasks.map((task) => task - offset))}${limit === undefined ? '' : `%${limit}`}`),
    ...option('dependency', after === undefined ? undefined : `afterany:${after}`),
    ...option('cpus-per-task', cores),
    ...option('mem', memory),
    ...option('time', time),
    ...option('partition', partition),
    ...option('account', account),
    ...option('signal', `B:USR2@${SECONDS_TO_SAVE}`),
    directive('--requeue'),
    ...option('open-mode', 'append'),
    ...option('chdir', cwd),
    ...option('output', `${pathPattern(logs)}/%A_%a.log`),
    ...(flags.length === 0 ? [] : [directive(...flags)]),
    '',
    '# The last bits of numbers may depend on the version of Node: all tasks have the same.',
    `node=${commandLine([node.program], 'linux')}`,
    'version=$("$node" --version 2>/dev/null)',
    `if [ "$version" != ${wanted} ]; then`,
    `  echo "error: $node on \${SLURMD_NODENAME:-this machine} is \${version:-not there}, and this sweep has Node" ${wanted}"; install it there, or ask for other machines" >&2`,
    '  exit 1',
    'fi',
    `exec "$node" ${commandLine(command, 'linux')} "${offset === 0 ? '$SLURM_ARRAY_TASK_ID' : `$((SLURM_ARRAY_TASK_ID + ${offset}))`}"`,
    '',
  ].join('\n');
}
