import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import { expect, test } from 'vitest';
import { CACHE_FILE } from '../src/cache.js';
import { cifar10CacheDir, loadCifar10 } from '../src/index.js';

test('the example of the README prints what the README says', { timeout: 600_000 }, async (context) => {
  if (!existsSync(join(cifar10CacheDir(), CACHE_FILE)) && process.env.CIFARLAB_REAL_DATA !== 'fetch') {
    context.skip('CIFAR-10 is not in the cache; CIFARLAB_REAL_DATA=fetch downloads it');
  }
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, code, output] = readme.match(
    /```js\nimport \{ loadCifar10 \} from '@cifarlab\/cifar10';\n(.*?)```\n\n```\n(.*?)```/s,
  )!;
  const printed: string[] = [];
  const console = { log: (...values: unknown[]) => printed.push(`${format(...values)}\n`) };
  const AsyncFunction = (async () => undefined).constructor as FunctionConstructor;
  await new AsyncFunction('loadCifar10', 'console', code!)(loadCifar10, console);
  expect(printed.join('')).toBe(output);
});
