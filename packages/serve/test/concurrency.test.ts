import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { colours, pixels } from './support/colours.js';
import { heldBack, predict, useServers } from './support/served.js';

const serve = useServers();
const raw = { type: 'application/octet-stream' };
const health = async (address: string) => (await (await fetch(`${address}health`)).json()) as Record<string, unknown>;

it('computes together what comes while it computes', async () => {
  const { network, batches, hold, letGo } = heldBack(colours);
  const served = await serve(network, { maxBatch: 4 });
  hold();
  const first = predict(served, pixels('red'), raw);
  await expect.poll(() => batches).toEqual([1]);
  const named = ['blue', 'red', 'green', 'blue', 'green', 'red'] as const;
  const others = named.map((colour) => predict(served, pixels(colour), raw));
  await expect.poll(async () => (await health(served.address)).waiting).toBe(7);
  letGo();
  const answers = await Promise.all(others);
  expect((await first).body.images[0]!.predictions[0]!.class).toBe('red');
  expect(answers.map(({ body }) => body.images[0]!.predictions[0]!.class)).toEqual(named);
  expect(batches).toEqual([1, 4, 2]);
});

it('leaves out pictures whose sender has left', async () => {
  const { network, batches, hold, letGo } = heldBack(colours);
  const served = await serve(network);
  hold();
  const first = predict(served, pixels('red'), raw);
  await expect.poll(() => batches).toEqual([1]);
  const leaving = new AbortController();
  const second = predict(served, pixels('blue', 'blue'), { ...raw, signal: leaving.signal });
  await expect.poll(async () => (await health(served.address)).waiting).toBe(3);
  leaving.abort();
  await expect(second).rejects.toThrow();
  await expect.poll(async () => (await health(served.address)).waiting).toBe(1);
  letGo();
  expect((await first).status).toBe(200);
  expect((await predict(served, pixels('green'), raw)).status).toBe(200);
  expect(batches).toEqual([1, 1]);
});

it('tells that it works, and what it serves', async () => {
  const { address } = await serve(colours);
  expect(await health(address)).toEqual({
    ...{ status: 'ok', network: 'colours', side: 8, waiting: 0 },
    classes: ['red', 'green', 'blue'],
  });
  const head = await fetch(`${address}health`, { method: 'HEAD' });
  expect([head.status, await head.text(), Number(head.headers.get('content-length')) > 0]).toEqual([200, '', true]);
});

it('answers what has come before it ends, and nothing after', async () => {
  const { network, batches, hold, letGo } = heldBack(colours);
  const served = await serve(network, { drainSeconds: 30 });
  hold();
  const first = predict(served, pixels('red'), raw);
  await expect.poll(() => batches).toEqual([1]);
  const closed = served.close();
  await expect(predict(served, pixels('blue'), raw)).rejects.toThrow();
  letGo();
  const { status, headers } = await first;
  expect([status, headers.get('connection')]).toEqual([200, 'close']);
  await closed;
});

it('ends in any case, also when a network does not answer', async () => {
  const { network, batches, hold } = heldBack(colours);
  const served = await serve(network, { drainSeconds: 0.1 });
  hold();
  const first = predict(served, pixels('red'), raw).catch((error: unknown) => error);
  await expect.poll(() => batches).toEqual([1]);
  await served.close();
  expect(await first).toBeInstanceOf(TypeError);
  await sleep(0);
});
