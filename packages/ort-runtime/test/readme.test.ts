import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

it('the example of the README prints what the README says', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const [, code, output] = readme.match(/```ts\n(.*?)```\n\n```\n(.*?)```/s)!;
  const program = code.replace("'@cifarlab/ort-runtime'", `'${new URL('../dist/index.js', import.meta.url)}'`);
  expect(execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' })).toBe(output);
});
