import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { ServeError, serveNetwork } from '../src/index.js';
import { colours, picture, pixels } from './support/colours.js';
import { pictureBomb } from './support/picture-bomb.js';
import { type Answer, heldBack, predict, useServers } from './support/served.js';

const serve = useServers();
const png = () => picture('red').png().toBuffer();
const raw = { type: 'application/octet-stream' };

describe('what is not a picture', () => {
  it.each([
    ['a text', 'text/plain', 'hello', 415, 'not-a-picture', 'a body of the type text/plain is not taken; send a PNG'],
    ['JSON', 'application/json', '{}', 415, 'not-a-picture', 'application/json'],
    ['a text that calls itself a PNG', 'image/png', 'hello', 415, 'not-a-picture', 'it is a text'],
    ['a PDF', 'image/jpeg', '%PDF-1.7', 415, 'not-a-picture', 'it is a PDF document'],
    ['a GIF', 'image/gif', 'GIF89a', 415, 'not-a-picture', 'is a GIF picture, and these are taken: PNG, JPEG, WebP'],
    ['an SVG', 'image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>', 415, 'not-a-picture', 'is a SVG picture'],
    ['nothing', 'image/png', '', 400, 'bad-request', 'the body is empty'],
    ['half a row of pixels', 'application/octet-stream', 'abc', 415, 'not-a-picture', '192 bytes for each picture'],
    ['a broken form', 'multipart/form-data; boundary=x', 'abc', 400, 'bad-request', 'not the form'],
    ['a form without a boundary', 'multipart/form-data', 'abc', 400, 'bad-request', 'not the form'],
    ['a form without files', 'multipart/form-data; boundary=x', '--x--\r\n', 400, 'bad-request', 'no file in the form'],
  ] as const)('%s', async (_, type, content, status, code, message) => {
    const answer = await predict(await serve(colours), content, { type });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    expect(answer.body.error.message).toContain(message);
    expect(answer.headers.has('accept-post')).toBe(message.startsWith('a body') || type === 'application/json');
  });

  it('a picture that is cut off', async () => {
    const whole = await sharp(Buffer.alloc(3 * 64 * 64, 7), { raw: { width: 64, height: 64, channels: 3 } })
      .png({ compressionLevel: 0 })
      .toBuffer();
    const { status, body } = await predict(await serve(colours), whole.subarray(0, 600), { type: 'image/png' });
    expect([status, body.error.code]).toEqual([422, 'unfit-picture']);
  });

  it('a small file with very many pixels', async () => {
    const bomb = pictureBomb(12_000);
    expect(bomb.length).toBeLessThan(2 ** 15);
    const { status, body } = await predict(await serve(colours), bomb, { type: 'image/png' });
    expect([status, body.error.message]).toEqual([
      422,
      'picture has more than 50 million pixels; make it smaller with an image editor',
    ]);
    const fits = await predict(await serve(colours, { maxPixels: 2 ** 20 }), pictureBomb(1024), { type: 'image/png' });
    expect(fits.status).toBe(200);
  });

  it('one of several: the answer names it', async () => {
    const form = new FormData();
    form.append('a', new Blob([new Uint8Array(await png())]), 'good.png');
    form.append('b', new Blob(['hello']), 'bad.png');
    const { status, body } = await predict(await serve(colours), form);
    expect([status, body.error.message]).toEqual([415, expect.stringMatching(/^bad\.png cannot be read as an image/)]);
  });
});

describe('what is too much', () => {
  it('a large body, whether its length is told or not', async () => {
    const served = await serve(colours, { maxBytes: 1000 });
    const body = Buffer.alloc(200_000);
    const told = await predict(served, body, raw);
    const stream = new ReadableStream({
      pull(controller) {
        for (let i = 0; i < 200; i++) controller.enqueue(new Uint8Array(1000));
        controller.close();
      },
    });
    const untold = await predict(served, stream, { ...raw, duplex: 'half' } as never);
    for (const answer of [told, untold]) {
      expect([answer.status, answer.body.error]).toEqual([
        413,
        { code: 'too-large', message: 'a request may have 1000 bytes; send smaller pictures, or fewer at a time' },
      ]);
    }
    expect((await predict(served, pixels('red'), raw)).status).toBe(200);
  });

  it('many pictures in a request', async () => {
    const served = await serve(colours, { maxPictures: 2 });
    expect((await predict(served, pixels('red', 'red'), raw)).status).toBe(200);
    expect((await predict(served, pixels('red', 'red', 'red'), raw)).status).toBe(413);
  });

  it('many pictures at a time, which are told to come again', async () => {
    const { network, hold, letGo, batches } = heldBack(colours);
    const served = await serve(network, { maxQueue: 2 });
    hold();
    const first = predict(served, pixels('red', 'blue'), raw);
    await expect.poll(() => batches.length).toBe(1);
    const second = await predict(served, pixels('red'), raw);
    expect([second.status, second.body.error.code, second.headers.get('retry-after')]).toEqual([503, 'busy', '1']);
    letGo();
    expect((await first).status).toBe(200);
    expect((await predict(served, pixels('red'), raw)).status).toBe(200);
  });

  it('many bytes at a time', async () => {
    const served = await serve(colours, { maxHeldBytes: 100 });
    const { status, body } = await predict(served, pixels('red'), raw);
    expect([status, body.error.code]).toEqual([503, 'busy']);
  });
});

describe('what takes too long', () => {
  it('headers that come slowly', async () => {
    const served = await serve(colours, { timeoutSeconds: 0.4 });
    const socket = connect(Number(new URL(served.address).port), '127.0.0.1');
    socket.write('POST /predict HTTP/1.1\r\nHost: local');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('a request that comes slowly is cut off, and others are answered', async () => {
    const served = await serve(colours, { timeoutSeconds: 0.4 });
    const { port } = new URL(served.address);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 192\r\n\r\nabc');
    expect((await predict(served, pixels('red'), raw)).status).toBe(200);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('an answer', async () => {
    const { network, hold, letGo } = heldBack(colours);
    const served = await serve(network, { timeoutSeconds: 0.3 });
    hold();
    const { status, body } = await predict(served, pixels('red'), raw);
    expect([status, body.error.message]).toEqual([503, 'the answer takes too long; try again later']);
    letGo();
  });
});

describe('what is asked for in another way', () => {
  it.each([
    ['GET', 'predict', 405, 'POST'],
    ['HEAD', 'predict', 405, 'POST'],
    ['PUT', 'predict', 405, 'POST'],
    ['OPTIONS', 'predict', 405, 'POST'],
    ['POST', '', 405, 'GET, HEAD'],
    ['DELETE', 'health', 405, 'GET, HEAD'],
    ['GET', 'predict/', 404, null],
    ['GET', '../../package.json', 404, null],
    ['POST', 'other', 404, null],
  ] as const)('%s /%s', async (method, path, status, allow) => {
    const { address } = await serve(colours);
    const answer = await fetch(address + path, { method, ...(method === 'POST' && { body: 'abc' }) });
    expect([answer.status, answer.headers.get('allow')]).toEqual([status, allow]);
    expect((await answer.text()).length > 0).toBe(method !== 'HEAD');
  });

  it.each(['0', '-1', '1.5', 'many', ''])('the %j likeliest classes', async (top) => {
    const { status } = await predict(await serve(colours), pixels('red'), { ...raw, query: `?top=${top}` });
    expect(status).toBe(400);
  });

  it('by the name of another site, or with a target that is not a path', async () => {
    const { address } = await serve(colours);
    const statusOf = async (options: object) => {
      const asked = request(address, options).end();
      const [answer] = await once(asked, 'response');
      answer.resume();
      return answer.statusCode;
    };
    expect(await statusOf({ headers: { host: 'evil.example' } })).toBe(421);
    expect(await statusOf({ path: '//evil.example/' })).toBe(400);
    expect(await statusOf({ headers: { host: 'localhost:1' } })).toBe(200);
  });
});

it('answers a large body that is sent to the wrong path', async () => {
  const { address } = await serve(colours);
  const answer = await fetch(`${address}other`, { method: 'POST', body: new Uint8Array(5_000_000) });
  expect([answer.status, ((await answer.json()) as Answer['body']).error.code]).toEqual([404, 'not-found']);
});

it('lets nobody else show the page, and the page ask nobody else', async () => {
  const { address } = await serve(colours);
  for (const [path, type] of [
    ['', 'text/html'],
    ['page.js', 'text/javascript'],
    ['page.css', 'text/css'],
  ]) {
    const { status, headers } = await fetch(address + path);
    expect([path, status, headers.get('content-type')]).toEqual([path, 200, `${type}; charset=utf-8`]);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; .*frame-ancestors 'none'$/);
    expect(headers.get('access-control-allow-origin')).toBeNull();
  }
});

it('keeps a connection over requests, also after a refusal', async () => {
  const served = await serve(colours);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ports = new Set<number | undefined>();
  const statuses: number[] = [];
  for (const content of [pixels('red'), Buffer.from('no picture'), pixels('blue')]) {
    const asked = request(`${served.address}predict`, {
      ...{ agent, method: 'POST' },
      headers: { 'Content-Type': 'application/octet-stream', 'Content-Length': content.length },
    });
    asked.end(content);
    const [answer] = await once(asked, 'response');
    ports.add(asked.socket?.localPort);
    statuses.push(answer.statusCode);
    await text(answer);
  }
  expect(statuses).toEqual([200, 415, 200]);
  expect(ports.size).toBe(1);
  agent.destroy();
});

describe('a network that fails', () => {
  it('is told of, and the answer says no more than that', async () => {
    const errors: unknown[] = [];
    let isBroken = false;
    const network = {
      ...colours,
      logits: (pixels: Uint8Array, count: number) => {
        if (isBroken) throw new Error('secret');
        return colours.logits(pixels, count);
      },
    };
    const served = await serve(network, { onError: (error) => errors.push(error) });
    isBroken = true;
    const { status, body } = await predict(served, pixels('red'), raw);
    expect([status, JSON.stringify(body)]).toEqual([500, expect.not.stringContaining('secret')]);
    expect(errors).toEqual([new Error('secret')]);
    isBroken = false;
    expect((await predict(served, pixels('red'), raw)).status).toBe(200);
  });

  it.each([
    [() => [1, 2], 'colours gives 2 logits; expected 3'],
    [() => [1, 2, Number.NaN], 'not numbers'],
  ])('is not served in the first place', async (logits, message) => {
    const error = await serveNetwork({ ...colours, logits }).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(ServeError);
    expect(error).toMatchObject({ code: 'network', message: expect.stringContaining(message) });
  });
});

it.each([{ maxBytes: 0 }, { maxQueue: 1.5 }, { timeoutSeconds: 0 }, { drainSeconds: Number.NaN }])(
  'has no limits such as %j',
  async (limits) => {
    await expect(serveNetwork(colours, limits)).rejects.toMatchObject({ code: 'limit' });
  },
);

it('says why it cannot listen', async () => {
  const { address } = await serve(colours);
  const port = Number(new URL(address).port);
  await expect(serveNetwork(colours, { port })).rejects.toMatchObject({
    code: 'address',
    message: expect.stringContaining(`port ${port} is in use`),
  });
});
