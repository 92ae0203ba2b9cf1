import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { install, installTfjs, workingTfjsNode } from '../../../packages/engines/test/support/fake-tfjs-node.js';
import { useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { bin, callCli, miniFlags, spawnCli } from './support/cli.js';
import { readLines } from './support/read-lines.js';

const workspace = useWorkspace();

// pnpm lets what it starts find the packages of the whole repository there.
beforeAll(() => vi.stubEnv('NODE_PATH', undefined));

describe('train --backend tfjs-node', () => {
  const flagsOf = (run: string, backend: string) => [
    ...['train', 'mlp', ...miniFlags, '--max-steps', '3', '--eval-freq', '3', '--dnn-hidden-units', '8'],
    ...['--backend', backend, '--out', workspace(run)],
  ];

  it.each(['own', 'copy'] as const)(
    'computes where `util` has lost its functions, with this tfjs-core: %s',
    {
      timeout: 120_000,
    },
    async (core) => {
      const folder = workspace(core);
      await install(folder, '@tensorflow/tfjs-node', workingTfjsNode, '4.22.0');
      await installTfjs(folder, core);
      const preload = join(folder, 'node23.cjs');
      await writeFile(
        preload,
        "const util = require('util'); for (const name of ['isArray', 'isNullOrUndefined']) delete util[name];",
      );
      const command = [process.execPath, '--require', preload, bin];
      const [there, here] = [`run-${core}`, `run-${core}-cpu`];
      const { code, stderr } = await spawnCli(flagsOf(there, 'tfjs-node'), { cwd: folder, command }).ended;
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(stderr).toMatch(/^backend : tfjs-node \(tfjs-node 4\.22\.0, TensorFlow 2\.99\.0\)$/m);
      expect(stderr).not.toMatch(/is already registered|speed things up/);
      const { engine } = JSON.parse(await readFile(workspace(there, 'config.json'), 'utf8'));
      expect(engine).toEqual({ name: 'tfjs tfjs-node', threads: null });
      expect((await callCli(...flagsOf(here, 'cpu'))).code).toBe(0);
      expect(await readLines(workspace(there))).toEqual(await readLines(workspace(here)));
    },
  );
});
