import { once } from 'node:events';
import { trainRun } from '@cifarlab/experiment';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { mini, useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { callCli, spawnCli } from './support/cli.js';

const workspace = useWorkspace();
const TIMEOUT = 120_000;

describe('serve', { timeout: TIMEOUT }, () => {
  it.skipIf(process.platform === 'win32')('gives what predict gives, until SIGTERM, and ends with 0', async () => {
    const run = workspace('run');
    const settings = { maxSteps: 5, evalFreq: 5, batchSize: 50, dnnHiddenUnits: [8] };
    await trainRun({ network: 'mlp-ndarray', settings, data: mini, out: run }).result;
    const picture = workspace('picture.png');
    const noise = Buffer.from(Array.from({ length: 3 * 50 * 40 }, (_, i) => (i * i) % 251));
    await sharp(noise, { raw: { width: 50, height: 40, channels: 3 } }).toFile(picture);
    const { stdout } = await callCli('predict', run, picture, '--json', '--top', '4');
    const { predictions } = JSON.parse(stdout);

    const { child, ended } = spawnCli(['serve', run, '--port', '0']);
    const address = String((await once(child.stdout!, 'data'))[0]).trim();
    const body = new Uint8Array(await sharp(picture).png().toBuffer());
    const answer = await fetch(`${address}predict?top=4`, { method: 'POST', body });
    const { images } = (await answer.json()) as { images: { predictions: typeof predictions }[] };
    expect(images[0]!.predictions).toEqual(
      predictions.map(({ class: name, probability }: { class: string; probability: number }) => {
        return { class: name, probability: expect.closeTo(probability, 6) };
      }),
    );
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({
      code: 0,
      stdout: `${address}\n`,
      stderr: `try it: curl --data-binary @picture.png ${address}predict\nCtrl-C ends it.\nanswering what has come; a second signal ends it at once\n`,
    });
    await expect(fetch(address)).rejects.toThrow();
  });

  it('says what is wrong with a run or a flag', async () => {
    expect(await callCli('serve', workspace('none'))).toMatchObject({ code: 1, stdout: '' });
    for (const flag of ['--port=65536', '--max-batch=0', '--timeout=0', '--max-mib=x']) {
      expect([flag, (await callCli('serve', workspace('none'), flag)).code]).toEqual([flag, 2]);
    }
  });
});
