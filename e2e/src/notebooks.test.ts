// The notebooks for learners, in the kernels that they are for.
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { createConsumer } from './consumer.js';
import { root } from './root.js';
import { succeed } from './run.js';
import { type FetchedTool, fetchJupyter, fetchTool } from './tools.js';

interface Cell {
  cell_type: string;
  execution_count: number | null;
  source: string[];
}

const notebooks = join(root, 'docs/notebooks');
const kernels = {
  deno: ['jupyter', '--kernel', '--conn', '{connection_file}'],
  tslab: ['kernel', '--config-path', '{connection_file}'],
};

/** Makes a folder with the notebooks, and with what their first cells say is to be installed. */
async function learnersFolder(): Promise<string> {
  const packages = new Set<string>();
  const names = await readdir(notebooks);
  for (const name of names) {
    const { cells } = JSON.parse(await readFile(join(notebooks, name), 'utf8')) as { cells: Cell[] };
    const lines = cells[0]!.source.map((line) => /^npm install (.*)/.exec(line)?.[1] ?? '');
    for (const one of lines.join(' ').split(/\s+/).filter(Boolean)) packages.add(one);
  }
  const { folder } = await createConsumer('notebooks', [...packages]);
  for (const name of names) await copyFile(join(notebooks, name), join(folder, name));
  return folder;
}

let folder: string;
let jupyter: FetchedTool;
beforeAll(async () => {
  [folder, jupyter] = await Promise.all([learnersFolder(), fetchJupyter()]);
});

describe.each(['deno', 'tslab'] as const)('in the kernel %s', (kernel) => {
  let tool: FetchedTool;
  const specs = () => join(inject('e2e').folder, 'kernels');
  beforeAll(async () => {
    tool = await fetchTool(kernel);
    if (tool.command === undefined) return;
    const argv = [...tool.command, ...kernels[kernel]];
    await mkdir(join(specs(), 'kernels', kernel), { recursive: true });
    const spec = { argv, display_name: kernel, language: 'typescript' };
    await writeFile(join(specs(), 'kernels', kernel, 'kernel.json'), JSON.stringify(spec));
  });

  test.for(['backprop-by-hand', 'convnet'])('%s: every cell runs', async (name, { skip }) => {
    const { reason } = jupyter.reason === undefined ? tool : jupyter;
    skip(reason !== undefined, reason);
    const out = join(folder, `${name}-${kernel}.ipynb`);
    const command = [...jupyter.command!, 'execute', `--kernel_name=${kernel}`, `--output=${out}`, `${name}.ipynb`];
    await succeed(command, folder, { JUPYTER_PATH: specs(), CIFARLAB_OFFLINE: '1' });
    const { cells } = JSON.parse(await readFile(out, 'utf8')) as { cells: Cell[] };
    const counts = cells.filter(({ cell_type }) => cell_type === 'code').map(({ execution_count }) => execution_count);
    expect(counts).toEqual(counts.map((_, index) => index + 1));
  });
});
