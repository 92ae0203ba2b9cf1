import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import { cache } from './consumer.js';
import { run } from './run.js';

/** The tools that consumers use, each from npm, and the program in it. */
const tools = {
  jest: { spec: 'jest@30.5.2', program: 'jest/bin/jest.js' },
  esbuild: { spec: 'esbuild@0.28.2', program: 'esbuild/bin/esbuild' },
  yarn: { spec: '@yarnpkg/cli-dist@4.18.1', program: '@yarnpkg/cli-dist/bin/yarn.js' },
  pnpm: { spec: 'pnpm@10.34.8', program: 'pnpm/bin/pnpm.cjs' },
  tslab: { spec: 'tslab@1.0.22', program: 'tslab/bin/tslab' },
  deno: { spec: '@deno/linux-x64-glibc@2.9.6', program: '@deno/linux-x64-glibc/deno' },
  bun: { spec: '@oven/bun-linux-x64-baseline@1.4.4', program: '@oven/bun-linux-x64-baseline/bin/bun' },
} as const;

/** Those that are programs of the machine, not of Node. */
const binaries: ReadonlySet<Tool> = new Set(['bun', 'deno'] as const);

export type Tool = keyof typeof tools;

/** A tool that can be run, or why it cannot. */
export type FetchedTool = { command: string[]; reason?: undefined } | { command?: undefined; reason: string };

/**
 * Fetches a tool with npm; none of its scripts runs. Each call has a folder of its own: test files that run side by side
 * may use the same tool.
 */
export async function fetchTool(name: Tool): Promise<FetchedTool> {
  const { spec, program } = tools[name];
  const parent = join(inject('e2e').folder, 'tools');
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, `${name}-`));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true }));
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', `--cache=${cache}`];
  const { code, stderr } = await run(['npm', 'install', ...flags, spec], folder);
  if (code !== 0) return { reason: `${spec} cannot be fetched: ${stderr.trim().split('\n')[0]}` };
  const file = join(folder, 'node_modules', program);
  if (!binaries.has(name)) return { command: [process.execPath, file] };
  await chmod(file, 0o755);
  return { command: [file] };
}

/** Installs the program that executes notebooks, from Python's index, into a folder of its own. */
export async function fetchJupyter(): Promise<FetchedTool> {
  const folder = join(inject('e2e').folder, 'tools', 'jupyter');
  const steps = [
    ['python3', '-m', 'venv', folder],
    [
      join(folder, 'bin', 'python'),
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      'nbclient==0.11.0',
    ],
  ];
  for (const step of steps) {
    const outcome = await run(step, inject('e2e').folder).catch((error: Error) => ({ code: 1, stderr: error.message }));
    if (outcome.code !== 0) return { reason: `${step.join(' ')} failed: ${outcome.stderr.trim().split('\n')[0]}` };
  }
  return { command: [join(folder, 'bin', 'jupyter')] };
}
