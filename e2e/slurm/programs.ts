import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Slurm's programs, unpacked into a folder. */
export interface Programs {
  slurmctld: string;
  slurmd: string;
  slurmstepd: string;
  /** Folder of sbatch, squeue and the others. */
  bin: string;
  /** Folder of the plugins. */
  plugins: string;
  /** Value of `LD_LIBRARY_PATH` that the programs need in their environment. */
  libraryPath: string;
}

/** Packages of Slurm, and of its requirements that a machine may lack. */
const packages = [
  ...['slurmctld', 'slurmd', 'slurm-client', 'slurm-wlm-basic-plugins'],
  ...['munge', 'libmunge2', 'libhwloc15', 'libnuma1'],
];

const exec = promisify(execFile);

/**
 * Fetches Slurm from the system's package archive and unpacks it into a folder: nothing is installed, and root not needed.
 *
 * @throws Error with the reason, where that does not work here.
 */
export async function unpackSlurm(folder: string): Promise<Programs> {
  if (process.platform !== 'linux') throw new Error('Slurm runs on Linux alone');
  const debs = join(folder, 'packages');
  const root = join(folder, 'root');
  await mkdir(debs, { recursive: true });
  const limits = { cwd: debs, timeout: 120_000, maxBuffer: 2 ** 22 };
  await exec('apt-get', ['download', ...packages], limits).catch((error: Error) => {
    throw new Error(`Slurm's packages cannot be fetched: ${firstLine(error)}`);
  });
  for (const deb of await readdir(debs)) {
    await exec('dpkg-deb', ['--extract', deb, root], limits).catch((error: Error) => {
      throw new Error(`${deb} cannot be unpacked: ${firstLine(error)}`);
    });
  }
  const programs = await findPrograms(root);
  const env = { ...process.env, LD_LIBRARY_PATH: programs.libraryPath };
  for (const program of [programs.slurmctld, programs.slurmd]) {
    await exec(program, ['-V'], { ...limits, env }).catch((error: Error) => {
      throw new Error(`${program} does not start here: ${firstLine(error)}`);
    });
  }
  return programs;
}

async function findPrograms(root: string): Promise<Programs> {
  const library = join(root, 'usr/lib');
  const [triplet] = (await readdir(library)).filter((name) => existsSync(join(library, name, 'slurm-wlm')));
  if (triplet === undefined) throw new Error("Slurm's plugins are not in its packages");
  const plugins = join(library, triplet, 'slurm-wlm');
  // Debian gives the daemons another name, and makes a link at installation.
  const daemon = (name: string) => {
    const [path] = [`${name}-wlm`, name].map((file) => join(root, 'usr/sbin', file)).filter((file) => existsSync(file));
    if (path === undefined) throw new Error(`${name} is not in Slurm's packages`);
    return path;
  };
  return {
    slurmctld: daemon('slurmctld'),
    slurmd: daemon('slurmd'),
    slurmstepd: daemon('slurmstepd'),
    bin: join(root, 'usr/bin'),
    plugins,
    libraryPath: [join(library, triplet), plugins].join(':'),
  };
}

function firstLine(error: Error & { stderr?: string }): string {
  return (error.stderr || error.message).trim().split('\n')[0]!;
}
