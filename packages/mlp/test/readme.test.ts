import { readFileSync } from 'node:fs';
import { format } from 'node:util';
import { expect, it, vi } from 'vitest';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

it('the example of the README prints what the README says', async () => {
  const readme = read('../README.md');
  const [, code, output] = /```ts\n([\s\S]*?)```[\s\S]*?```text\n([\s\S]*?)```/.exec(readme)!;
  expect(code).toBe(read('./support/readme-example.ts'));
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((...args: unknown[]) => {
    lines.push(format(...args));
  });
  try {
    await import('./support/readme-example.js');
  } finally {
    log.mockRestore();
  }
  expect(`${lines.join('\n')}\n`).toBe(output);
});
