import { afterEach, expect, it, vi } from 'vitest';
import { EventLoopTurns } from './event-loop.js';

const immediate = setImmediate;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

afterEach(() => void vi.unstubAllGlobals());

it('gives other tasks a turn', async () => {
  const turns = new EventLoopTurns();
  await sleep(25);
  let turn = false;
  immediate(() => {
    turn = true;
  });
  await turns.offer();
  expect(turn).toBe(true);
});

it('does so in a browser too, without timers, which hidden pages wait for', async () => {
  const turns = new EventLoopTurns();
  await new Promise((resolve) => immediate(resolve));
  let turn = false;
  // Due in the timers' phase, which comes before that of messages.
  setTimeout(() => {
    turn = true;
  }, 1);
  const start = performance.now();
  while (performance.now() - start < 25);
  vi.stubGlobal('setImmediate', undefined);
  vi.stubGlobal('setTimeout', () => 0);
  await turns.offer();
  expect(turn).toBe(true);
});

it('does not stop when there was a turn just now', async () => {
  const turns = new EventLoopTurns();
  let turn = false;
  immediate(() => {
    turn = true;
  });
  await turns.offer();
  expect(turn).toBe(false);
});
