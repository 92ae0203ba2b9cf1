import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';

const entry = new URL('../../dist/node.js', import.meta.url).href;

/** Starts a process in `withInterrupt` whose work, once the watch is on, is the body given. */
function start(body: string) {
  const program = `
    const { withInterrupt } = await import(${JSON.stringify(entry)});
    const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    await withInterrupt(async () => { await sleep(1500); console.log('ready'); ${body} }, {
      onInterrupt: () => console.log('heard'),
    });
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (output += text));
  const said = async (text: string) => {
    while (!output.includes(text)) await once(child.stdout, 'data');
  };
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, output }));
  return { child, said, ended };
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const blocked = 'const end = Date.now() + 60_000; while (Date.now() < end);';

describe('a second signal', () => {
  it.each([
    ['SIGINT', 'SIGINT'],
    ['SIGTERM', 'SIGINT'],
  ] as const)('%s, %s ends a process whose main thread computes', async (first, second) => {
    const { child, said, ended } = start(blocked);
    await said('ready');
    child.kill(first);
    await wait(1000);
    child.kill(second);
    expect(await ended).toEqual({ code: null, signal: 'SIGKILL', output: 'ready\n' });
  });

  it('is left to the handlers of a main thread that waits', async () => {
    const { child, said, ended } = start('await sleep(60_000);');
    await said('ready');
    child.kill('SIGINT');
    await said('heard');
    await wait(1000);
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130, signal: null });
  });

  it('does not follow from one Ctrl-C that is delivered twice', async () => {
    const { child, said, ended } = start(`const end = Date.now() + 3000; while (Date.now() < end); process.exit(7);`);
    await said('ready');
    child.kill('SIGINT');
    await wait(20);
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 7, signal: null });
  });
});
