import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { processesWith, signal, until } from './processes.js';
import type { Programs } from './programs.js';

/** A task that runs. */
export interface RunningTask {
  pid: number;
  task: number;
  node: string;
}

const nodes = ['node1', 'node2'] as const;
type NodeName = (typeof nodes)[number];

const exec = promisify(execFile);

/**
 * A Slurm cluster on this machine: a controller and two nodes on loopback, as this user, without accounting, munge and
 * cgroups. Its processes are known by the variable `SLURM_CONF`.
 */
export class Cluster {
  readonly #programs: Programs;
  readonly #folder: string;
  readonly #conf: string;

  private constructor(programs: Programs, folder: string) {
    this.#programs = programs;
    this.#folder = folder;
    this.#conf = join(folder, 'slurm.conf');
  }

  /** Starts it. @throws Error when its nodes are not idle within a minute. */
  static async start(programs: Programs, folder: string): Promise<Cluster> {
    const cluster = new Cluster(programs, folder);
    try {
      await cluster.#start();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** The environment in which its programs are found. */
  get env(): Record<string, string> {
    const { bin, libraryPath } = this.#programs;
    return {
      ...(process.env as Record<string, string>),
      PATH: `${bin}:${process.env.PATH}`,
      LD_LIBRARY_PATH: libraryPath,
      SLURM_CONF: this.#conf,
    };
  }

  async #start(): Promise<void> {
    for (const name of ['state', 'log']) await mkdir(join(this.#folder, name), { recursive: true });
    await writeFile(this.#conf, this.#configuration(await freePorts(3)));
    this.#daemon('slurmctld', [this.#programs.slurmctld, '-D']);
    for (const node of nodes) await this.#startNode(node);
    await until('two idle nodes', async () => {
      const states = await this.run('sinfo', '--noheader', '--Node', '--partition=tests', '--format=%T').catch(
        () => '',
      );
      return states.split('\n').filter((state) => state === 'idle').length === 2;
    });
  }

  #configuration([controller, ...ports]: number[]): string {
    const at = (...parts: string[]) => join(this.#folder, ...parts);
    const user = userInfo().username;
    return [
      ...['ClusterName=tests', 'SlurmctldHost=localhost(127.0.0.1)', `SlurmctldPort=${controller}`],
      ...[`SlurmUser=${user}`, `SlurmdUser=${user}`, 'AuthType=auth/none', 'CredType=cred/none'],
      ...[`StateSaveLocation=${at('state')}`, `SlurmdSpoolDir=${at('spool', '%n')}`],
      ...[`SlurmctldPidFile=${at('slurmctld.pid')}`, `SlurmdPidFile=${at('%n.pid')}`],
      ...[`PluginDir=${this.#programs.plugins}`, 'ProctrackType=proctrack/linuxproc', 'TaskPlugin=task/none'],
      ...['JobAcctGatherType=jobacct_gather/none', 'AccountingStorageType=accounting_storage/none'],
      ...['SelectType=select/cons_tres', 'SelectTypeParameters=CR_CPU', 'SlurmdParameters=config_overrides'],
      ...['MpiDefault=none', 'SwitchType=switch/none', 'MailProg=/bin/true', 'ReturnToService=2'],
      ...['SlurmdTimeout=10', 'KillWait=10', 'SchedulerParameters=batch_sched_delay=0,sched_interval=2'],
      ...nodes.map(
        (node, index) => `NodeName=${node} NodeHostname=localhost NodeAddr=127.0.0.1 Port=${ports[index]} CPUs=2`,
      ),
      'PartitionName=tests Nodes=node1,node2 Default=YES MaxTime=60',
      '',
    ].join('\n');
  }

  async #startNode(node: NodeName): Promise<void> {
    const { slurmd, slurmstepd } = this.#programs;
    const spool = join(this.#folder, 'spool', node);
    await mkdir(spool, { recursive: true });
    this.#daemon(node, [slurmd, '-D', '-d', slurmstepd, '-N', node]);
  }

  #daemon(name: string, [program, ...words]: [string, ...string[]]): ChildProcess {
    const log = openSync(join(this.#folder, 'log', `${name}.log`), 'a');
    const child = spawn(program, words, { env: this.env, stdio: ['ignore', log, log], detached: true });
    closeSync(log);
    child.on('error', () => {});
    child.unref();
    return child;
  }

  /** Runs one of Slurm's programs. @returns its output. */
  async run(program: string, ...words: string[]): Promise<string> {
    const { stdout } = await exec(join(this.#programs.bin, program), words, { env: this.env, timeout: 30_000 });
    return stdout;
  }

  /** Lists the tasks that run, by the programs that train them. */
  async tasks(): Promise<RunningTask[]> {
    const ours = await processesWith('SLURM_CONF', this.#conf);
    return ours.flatMap(({ pid, words, env }) =>
      words[1]?.endsWith('bin.js') && env.has('SLURM_ARRAY_TASK_ID')
        ? [{ pid, task: Number(env.get('SLURM_ARRAY_TASK_ID')), node: env.get('SLURMD_NODENAME')! }]
        : [],
    );
  }

  /** Kills a node with all that runs on it, as a loss of power does. */
  async killNode(node: NodeName): Promise<void> {
    const ours = await processesWith('SLURM_CONF', this.#conf);
    const jobs = ours.filter(({ env }) => env.get('SLURMD_NODENAME') === node);
    const daemon = ours.filter(({ words }) => words.includes('-N') && words.includes(node));
    const steps = ours.filter(({ pid }) => jobs.some(({ parent }) => parent === pid));
    for (const { pid } of [...daemon, ...steps, ...jobs]) signal(pid, 'SIGKILL');
  }

  /** Lets tasks that Slurm has put back into the queue run at once, rather than after its pause. */
  async release(): Promise<void> {
    const queue = await this.run('squeue', '--noheader', '--array', '--states=PENDING', '--format=%i|%r');
    for (const line of queue.split('\n')) {
      const [task, reason] = line.split('|');
      // It may have begun meanwhile.
      if (reason === 'BeginTime')
        await this.run('scontrol', 'update', `JobId=${task}`, 'StartTime=now').catch(() => {});
    }
  }

  /** Ends everything. @throws Error when processes are left. */
  async stop(): Promise<void> {
    // Daemons that are asked to end wait for their children.
    const deadline = performance.now() + 5000;
    await until('the end of all processes', async () => {
      const ours = await processesWith('SLURM_CONF', this.#conf);
      for (const { pid } of ours) signal(pid, performance.now() < deadline ? 'SIGTERM' : 'SIGKILL');
      return ours.length === 0;
    });
  }

  /** The ends of the daemons' logs, to see what was wrong. */
  async logs(): Promise<string> {
    const read = async (name: string) => {
      const text = await readFile(join(this.#folder, 'log', `${name}.log`), 'utf8').catch(() => '');
      return `== ${name}\n${text.split('\n').slice(-200).join('\n')}`;
    };
    return (await Promise.all(['slurmctld', ...nodes].map(read))).join('\n');
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
