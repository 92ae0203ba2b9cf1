import { expect, it } from 'vitest';
import { colours, picture, pixels } from './support/colours.js';
import { predict, useServers } from './support/served.js';

const serve = useServers();

it.each([
  ['PNG', 'image/png', () => picture('green').png().toBuffer()],
  ['JPEG', 'image/jpeg', () => picture('green').jpeg().toBuffer()],
  ['WebP', 'image/webp', () => picture('green').webp().toBuffer()],
  ['PNG of an unknown type', 'application/octet-stream', () => picture('green').png().toBuffer()],
  ['PNG as curl sends it', 'application/x-www-form-urlencoded', () => picture('green').png().toBuffer()],
  ['PNG without a type', undefined, () => picture('green').png().toBuffer()],
] as const)('classifies a %s', async (_, type, content) => {
  const { status, body, headers } = await predict(await serve(colours), await content(), { type });
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(body.images).toHaveLength(1);
  const { predictions } = body.images[0]!;
  expect(predictions[0]!.class).toBe('green');
  expect(predictions.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
});

it('gives the softmax of the logits, the likeliest first', async () => {
  const served = await serve({ ...colours, logits: () => [1, 3, -1000] });
  const { body } = await predict(served, pixels('red'), { type: 'application/octet-stream' });
  expect(body.images[0]!.predictions).toEqual([
    { class: 'green', probability: expect.closeTo(1 / (1 + Math.exp(-2)), 12) },
    { class: 'red', probability: expect.closeTo(1 / (1 + Math.exp(2)), 12) },
    { class: 'blue', probability: 0 },
  ]);
  const top = await predict(served, pixels('red'), { type: 'application/octet-stream', query: '?top=1' });
  expect(top.body.images[0]!.predictions.map((one) => one.class)).toEqual(['green']);
});

it('takes raw pixels, several at a time', async () => {
  const { body } = await predict(await serve(colours), pixels('blue', 'red', 'green'), {
    type: 'application/octet-stream',
  });
  expect(body.images.map(({ name, predictions }) => [name, predictions[0]!.class])).toEqual([
    ['0', 'blue'],
    ['1', 'red'],
    ['2', 'green'],
  ]);
});

it('takes the files of a form', async () => {
  const form = new FormData();
  form.append('note', 'two pictures');
  for (const colour of ['blue', 'red'] as const) {
    form.append('pictures', new Blob([new Uint8Array(await picture(colour).png().toBuffer())]), `${colour}.png`);
  }
  const { body } = await predict(await serve(colours), form);
  expect(body.images.map(({ name, predictions }) => [name, predictions[0]!.class])).toEqual([
    ['blue.png', 'blue'],
    ['red.png', 'red'],
  ]);
});
