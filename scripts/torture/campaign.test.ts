import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCampaign } from './campaign.mjs';
import { checkOutcome } from './check-outcome.mjs';
import { createRandom } from './random.mjs';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'torture-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Writes a small program in the place of the command line: it trains in no time, and then does the fault given. */
async function program(name: string, fault: string): Promise<string[]> {
  const file = join(folder, `${name}.mjs`);
  await writeFile(
    file,
    `import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
     import { dirname, join } from 'node:path';
     const args = process.argv.slice(2);
     const flag = (name) => args[args.lastIndexOf(name) + 1];
     const out = args.includes('--out') ? flag('--out') : flag('--resume');
     const isFirst = out.endsWith('finished');
     if (args[0] === 'train') {
       if (args.includes('100000') || args.includes('1000000') || !existsSync(flag('--data-dir')) || args.includes('0')) {
         if (!isFirst) { ${fault} }
         process.exit(2);
       }
       for (const name of ['last', 'best']) mkdirSync(join(out, 'checkpoints', name), { recursive: true });
       for (const name of ['last', 'best']) writeFileSync(join(out, 'checkpoints', name, 'model-1.safetensors'), 'weights');
       writeFileSync(join(out, 'checkpoints', 'last', 'state.json'), '{}');
       writeFileSync(join(out, 'config.json'), '{}');
       writeFileSync(join(out, 'metrics.jsonl'), '{"step":1}\\n');
       if (!isFirst) { ${fault} }
     }`,
  );
  return [process.execPath, file];
}

async function campaign(name: string, fault: string, kind: string, times = 1) {
  const lines: string[] = [];
  const cli = await program(name, fault);
  const report = (line: string) => void lines.push(line);
  const tally = await runCampaign({ cli, seed: 3, rounds: 1, minutes: 1, only: [kind], times, report });
  return { ...tally, text: lines.join('\n') };
}

describe('the campaign', () => {
  it.each(['failed-start', 'terminate', 'kill'])('finds nothing in a program without fault: %s', async (kind) => {
    expect(await campaign('good', '', kind)).toEqual({ done: 1, planned: 1, failed: 0, text: '' });
  });

  it.each([
    [
      'a run that ends one byte short',
      "writeFileSync(join(out, 'metrics.jsonl'), '{\"step\":1}');",
      'kill',
      'metrics.jsonl is not that of',
    ],
    [
      'weights that differ',
      "writeFileSync(join(out, 'checkpoints/last/model-1.safetensors'), 'weightz');",
      'kill',
      'model-1.safetensors is not',
    ],
    [
      'a temporary file that stays',
      "writeFileSync(join(out, '.config.json.0123456789ab.tmp'), '');",
      'kill',
      'was left behind',
    ],
    [
      "another run's folder removed",
      'rmSync(dirname(out), { recursive: true, force: true });',
      'failed-start',
      'metrics.jsonl is not that of',
    ],
    [
      'a byte more in a file of another',
      "appendFileSync(flag('--data-dir') + '/../thesis.txt', '!');",
      'kill',
      'thesis.txt has changed',
    ],
    ['a stack trace', "throw new Error('oh');", 'kill', 'exit code 1 instead of 0'],
    ['a wrong exit code', 'process.exit(7);', 'terminate', 'exit code 7'],
  ])('finds %s, and says how to repeat it', async (name, fault, kind, message) => {
    const { failed, text } = await campaign(name.replaceAll(/\W/g, '-'), fault, kind);
    expect(failed).toBeGreaterThan(0);
    expect(text).toContain(message);
    expect(text).toMatch(/\(again with: --case \w|campaign of seed 3/);
  });
});

describe('checkOutcome', () => {
  const good = { code: 0, signal: null, stdout: 'accuracy 0.5\n', stderr: '', late: false };

  it.each([
    [{ late: true }, 'it hangs'],
    [{ code: null, signal: 'SIGSEGV' }, 'a signal ended it: SIGSEGV'],
    [{ code: 9 }, 'exit code 9'],
    [{ stderr: 'Error: x\n    at main (file:///a/b.js:3:4)\n' }, 'stack trace'],
    [{ code: 1, stderr: 'error: Maximum call stack size exceeded\n' }, 'Maximum call stack'],
    [{ code: 1, stderr: "error: Cannot read properties of null (reading 'x')\n" }, "the program's own"],
    [{ stdout: 'step undefined\n' }, 'prints undefined or NaN'],
  ])('finds %j', (change, message) => {
    expect(checkOutcome({ ...good, ...change }).join()).toContain(message);
  });

  it('finds nothing in a success, or in a failure that says why', () => {
    expect(checkOutcome(good)).toEqual([]);
    expect(checkOutcome({ ...good, code: 1, stderr: 'error: x does not exist; look at the path\n' })).toEqual([]);
  });
});

it('a seed gives the same numbers again', () => {
  const draw = (seed: number) => Array.from({ length: 5 }, createRandom(seed).next);
  expect(draw(4)).toEqual(draw(4));
  expect(draw(4)).not.toEqual(draw(5));
});
