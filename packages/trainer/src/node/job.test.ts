import { describe, expect, it } from 'vitest';
import { describeJob } from '../node.js';

describe('describeJob', () => {
  it.each<[Record<string, string>, string, number | null]>([
    [{ SLURM_JOB_ID: '17' }, 'slurm 17', 0],
    [{ SLURM_JOB_ID: '18', SLURM_ARRAY_JOB_ID: '17', SLURM_ARRAY_TASK_ID: '3' }, 'slurm 17_3', 0],
    [{ SLURM_JOB_ID: '17', SLURM_RESTART_COUNT: '2', SLURM_CLUSTER_NAME: 'tux' }, 'slurm 17 on tux', 2],
    [{ SLURM_JOB_ID: '17', SLURM_RESTART_COUNT: 'x' }, 'slurm 17', null],
    [{ JOB_COMPLETION_INDEX: '0', HOSTNAME: 'sweep-0-x7k2' }, 'kubernetes sweep-0-x7k2', null],
    [{ PBS_JOBID: '17[3].tux' }, 'pbs 17[3].tux', null],
    [{ LSB_JOBID: '17', LSB_JOBINDEX: '0' }, 'lsf 17', null],
    [{ LSB_JOBID: '17', LSB_JOBINDEX: '3' }, 'lsf 17[3]', null],
    [{ JOB_ID: '17', SGE_TASK_ID: 'undefined' }, 'sge 17', null],
    [{ JOB_ID: '17', SGE_TASK_ID: '3' }, 'sge 17.3', null],
    [{ PARALLEL_SEQ: '3', PARALLEL_PID: '4711' }, 'parallel 4711.3', null],
    [{ CIFARLAB_JOB: 'condor 17.3' }, 'condor 17.3', null],
    [{ CIFARLAB_JOB: 'mine', SLURM_JOB_ID: '17' }, 'mine', 0],
  ])('%j is %s', (env, id, restarts) => {
    expect(describeJob(env)).toEqual({ id, restarts });
  });

  it.each([{}, { JOB_ID: '17' }, { CIFARLAB_JOB: '' }])('%j is not a job', (env) => {
    expect(describeJob(env)).toBeUndefined();
  });
});
