import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('the example of the README prints what the README says', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const [, code, output] = readme.match(/```ts\n(.*?)```\n\n```\n(.*?)```/s)!;
  const program = code!.replace("'@cifarlab/tfjs-backend-ort'", `'${new URL('../dist/index.js', import.meta.url)}'`);
  const options = { encoding: 'utf8', cwd: fileURLToPath(new URL('..', import.meta.url)) } as const;
  expect(execFileSync(process.execPath, ['--input-type=module', '--eval', program], options)).toBe(output);
});
