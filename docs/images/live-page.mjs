// @ts-check
/// <reference lib="dom" />
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { acquireLock } from '@cifarlab/trainer/node';
import { watchRuns } from '@cifarlab/watch';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { recordedSteps } from '../../scripts/figures/recorded-steps.mjs';
import { CHROMIUM_FLAGS } from '../../scripts/lib/find-chromium.mjs';

const RUN = fileURLToPath(new URL('../results/mlp-ndarray', import.meta.url));
const FRAMES = 16;
/** Milliseconds: of a frame, and of the last one. */
const SHOWN = 350;
const END = 3000;

/**
 * Returns a moving picture of the live page: a recorded run is written once more, piece by piece, while the page looks.
 *
 * @param {string} executable Chromium or Chrome
 * @returns {Promise<Buffer>} WebP
 */
export async function livePage(executable) {
  const runs = mkdtempSync(join(tmpdir(), 'cifarlab-moving-'));
  const run = join(runs, 'mlp-ndarray');
  mkdirSync(run);
  copyFileSync(join(RUN, 'config.json'), join(run, 'config.json'));
  const lines = recordedSteps(RUN).trimEnd().split('\n');
  const show = (/** @type {number} */ count) =>
    writeFileSync(join(run, 'metrics.jsonl'), `${lines.slice(0, count).join('\n')}\n`);
  show(3);
  const lock = await acquireLock(join(run, 'run.lock'));
  const live = await watchRuns(run, { predictions: false });
  const browser = await chromium.launch({ executablePath: executable, args: CHROMIUM_FLAGS });
  try {
    const page = await browser.newPage({ viewport: { width: 860, height: 560 }, colorScheme: 'light' });
    await page.goto(live.address);
    const frames = [];
    for (let frame = 1; frame <= FRAMES; frame += 1) {
      show(Math.round((lines.length * frame) / FRAMES));
      await page.waitForTimeout(2500); // News come once a second.
      frames.push(await page.screenshot());
    }
    const delay = [...new Array(FRAMES - 1).fill(SHOWN), END];
    return await sharp(frames, { join: { animated: true } })
      .webp({ loop: 0, delay, quality: 70 })
      .toBuffer();
  } finally {
    await browser.close();
    await live.close();
    await lock.release();
    rmSync(runs, { recursive: true });
  }
}
