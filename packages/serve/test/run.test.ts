import { openRun, trainRun } from '@cifarlab/experiment';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { mini, useWorkspace } from '../../experiment/test/support/workspace.js';
import { serveRun } from '../src/index.js';
import { predict } from './support/served.js';

const workspace = useWorkspace();

it('gives the probabilities that the run itself predicts', async () => {
  const settings = { maxSteps: 10, evalFreq: 10, batchSize: 50, learningRate: 1e-4 };
  await trainRun({ network: 'mlp-ndarray', settings, data: mini, out: workspace('run') }).result;
  const run = await openRun(workspace('run'));
  const served = await serveRun(workspace('run'));
  const form = new FormData();
  const expected = [];
  for (let k = 0; k < 3; k++) {
    const [width, height] = [20 + 40 * k, 70 - 20 * k];
    const noise = Buffer.from(Array.from({ length: 3 * width * height }, (_, i) => (i * i * (k + 7)) % 256));
    const picture = sharp(noise, { raw: { width, height, channels: 3 } });
    const content = k === 2 ? await picture.jpeg().toBuffer() : await picture.png().toBuffer();
    form.append('pictures', new Blob([new Uint8Array(content)]), `${k}`);
    expected.push((await run.predict(content)).slice(0, 4));
  }
  const { body } = await predict(served, form, { query: '?top=4' });
  expect(body.images.map(({ predictions }) => predictions)).toEqual(
    expected.map((row) =>
      row.map(({ class: name, probability }) => ({ class: name, probability: expect.closeTo(probability, 6) })),
    ),
  );
  const health = await (await fetch(`${served.address}health`)).json();
  expect(health).toMatchObject({ network: 'mlp-ndarray, step 10', side: 32 });
  await served.close();
  await run.close();
});

it('is of a run that is there', async () => {
  await expect(serveRun(workspace('none'))).rejects.toMatchObject({ name: 'RunError', code: 'not-a-run' });
});
