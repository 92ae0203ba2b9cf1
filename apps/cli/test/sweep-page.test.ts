import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { callCli } from './support/cli.js';

const workspace = useWorkspace();

it('the example of the page is a sweep, and gives what the page shows', async () => {
  const page = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const section = page.slice(page.indexOf('\n## Sweeps'));
  const [, example] = /```json\n(.*?)```/s.exec(section)!;
  const [, flags, shown] = /```\n\$ cifarlab sweep rates\.json (.*?)\n(.*?)```/s.exec(section)!;
  await writeFile(workspace('rates.json'), example!);
  const { code, stdout } = await callCli('sweep', workspace('rates.json'), ...flags!.split(' '));
  expect({ code, stdout }).toEqual({ code: 0, stdout: shown });
});
