import { readFileSync } from 'node:fs';
import { format } from 'node:util';
import { expect, it, vi } from 'vitest';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const examples = [...read('../README.md').matchAll(/```ts\n([\s\S]*?)```\s*```text\n([\s\S]*?)```/g)];

it.each([
  ['tensors', 0, () => import('./support/readme-tensors.js')],
  ['ndarrays', 1, () => import('./support/readme-ndarrays.js')],
] as const)('the example of %s prints what the README says', async (name, index, run) => {
  const [, code, output] = examples[index]!;
  expect(code).toBe(read(`./support/readme-${name}.ts`));
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((...args: unknown[]) => {
    lines.push(format(...args));
  });
  try {
    await run();
  } finally {
    log.mockRestore();
  }
  expect(`${lines.join('\n')}\n`).toBe(output);
});
