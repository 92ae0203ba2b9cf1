import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { pythonInstalled, pythonWith } from '../../../packages/torch-weights/test/support/python.js';
import { CHROMIUM, NO_CHROMIUM } from '../../../scripts/lib/find-chromium.mjs';
import { launchChromium } from './support/browser.js';
import { callCli, miniFlags } from './support/cli.js';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../../../', import.meta.url));
const workspace = useWorkspace();
const formats = ['onnx', 'tfjs', 'safetensors', 'state-dict'] as const;

/** Packages that the programs of a card import, and one here that has each. */
const packages: Record<string, string> = {
  'onnxruntime-node': 'packages/onnx',
  'onnxruntime-web': 'packages/onnx',
  sharp: 'packages/experiment',
  '@tensorflow/tfjs-core': 'packages/experiment',
  '@tensorflow/tfjs-layers': 'packages/experiment',
  '@tensorflow/tfjs-backend-cpu': 'packages/engines',
  '@cifarlab/mlp': 'packages/experiment',
  '@cifarlab/torch-weights': 'packages/experiment',
};

let predicted: Record<string, number>;

beforeAll(async () => {
  const settings = ['--max-steps', '2', '--dnn-hidden-units', '6', '--init', 'he', '--norm', 'batch', '--quiet'];
  expect((await callCli('train', 'mlp', ...miniFlags, ...settings, '--out', workspace('run'))).code).toBe(0);
  for (const format of formats) {
    expect((await callCli('export', workspace('run'), '--format', format, '--out', workspace(format))).code).toBe(0);
  }
  const raw = { width: 32, height: 32, channels: 3 } as const;
  const pixels = Uint8Array.from({ length: 3072 }, (_, i) => (i * 97 + (i >> 5) * 13) % 256);
  await sharp(pixels, { raw }).png().toFile(workspace('picture.png'));
  for (const [name, from] of Object.entries(packages)) {
    const link = workspace('node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(repository, from, 'node_modules', name), link, 'junction');
  }
  const { stdout } = await callCli('predict', workspace('run'), workspace('picture.png'), '--top', '10', '--json');
  const { predictions } = JSON.parse(stdout) as { predictions: { class: string; probability: number }[] };
  predicted = Object.fromEntries(predictions.map((guess) => [guess.class, guess.probability]));
});

/** Returns the program under a heading of a card. */
async function programOf(format: string, where: string): Promise<string> {
  const card = await readFile(workspace(format, 'README.md'), 'utf8');
  const [, part] = card.split(`\n### ${where}\n`);
  const [, , program] = /```sh\n(.*?)```\n\n```\w+\n(.*?)```/s.exec(part!)!;
  return program!;
}

/** Runs the program of a card in its folder. */
async function output(format: string, where: string, command: string, file: string): Promise<string> {
  await writeFile(workspace(format, file), await programOf(format, where));
  const { stdout } = await run(command, [file, workspace('picture.png')], { cwd: workspace(format) });
  return stdout;
}

/** Expects a line for each class, with the probability that `predict` gives. */
function expectPredicted(lines: string): void {
  const found = Object.fromEntries(
    lines
      .trim()
      .split('\n')
      .map((line) => line.split(' ')),
  );
  expect(Object.keys(found).sort()).toEqual(Object.keys(predicted).sort());
  for (const [name, probability] of Object.entries(predicted)) {
    expect(Math.abs(Number(found[name]) - probability), name).toBeLessThan(2e-4);
  }
}

/** The names and shapes of the weights that programs print. */
const weights = ['layers.0.weight 6 x 3072', 'layers.0.bias 6', 'norms.0.running_var 6', 'layers.1.weight 10 x 6'];

describe('programs of the card in Node', { timeout: 120_000 }, () => {
  it.each(['onnx', 'tfjs'])('%s', async (format) => {
    expectPredicted(await output(format, 'Node', process.execPath, 'classify.mjs'));
  });

  it.each(['safetensors', 'state-dict'])('%s', async (format) => {
    const lines = (await output(format, 'Node or browser', process.execPath, 'weights.mjs')).split('\n');
    for (const line of weights) expect(lines).toContain(line);
  });
});

const inPython = [
  ['onnx', pythonInstalled({ onnx: 'onnx', onnxruntime: 'onnxruntime', pillow: 'PIL' })],
  ['safetensors', pythonWith(['safetensors', 'torch'])],
  ['state-dict', pythonWith(['torch'])],
] as const;

describe.each(inPython)('the program of the card in Python: %s', { timeout: 120_000 }, (format, python) => {
  const reason = 'reason' in python ? ` (skipped: ${python.reason})` : '';
  it.skipIf('reason' in python)(`prints what it should${reason}`, async () => {
    const text = await output(format, 'Python', (python as { command: string }).command, 'program.py');
    if (format === 'onnx') expectPredicted(text);
    else for (const line of weights) expect(text.split('\n')).toContain(line);
  });
});

describe.skipIf(CHROMIUM === undefined)(`in a browser${CHROMIUM === undefined ? ` (${NO_CHROMIUM})` : ''}`, () => {
  let browser: Browser;
  let server: Server;
  beforeAll(async () => {
    browser = await launchChromium(60_000);
    server = createServer(async ({ url = '/' }, response) => {
      const { pathname } = new URL(url, 'http://localhost');
      const isRuntime = /\/ort-wasm[\w.-]*$/.test(pathname);
      const file = isRuntime ? workspace('node_modules/onnxruntime-web/dist', basename(pathname)) : workspace(pathname);
      const types: Record<string, string> = {
        '.html': 'text/html',
        '.mjs': 'text/javascript',
        '.wasm': 'application/wasm',
      };
      const content = await readFile(file).catch(() => undefined);
      const type = types[extname(file)] ?? 'application/octet-stream';
      response.writeHead(content === undefined ? 404 : 200, { 'content-type': type }).end(content);
    }).listen(0, '127.0.0.1');
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    server.close();
  });

  it.each(['onnx', 'tfjs'])('%s', { timeout: 120_000 }, async (format) => {
    const [, before, script] = /^(.*)<script type="module">\n(.*)<\/script>/s.exec(await programOf(format, 'Browser'))!;
    await writeFile(workspace(format, 'page.html'), `${before}<script type="module" src="program.mjs"></script>`);
    // As any bundler does it.
    const stdin = { contents: script!, resolveDir: workspace(format) };
    await build({ stdin, bundle: true, format: 'esm', outfile: workspace(format, 'program.mjs'), logLevel: 'error' });
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${format}/page.html`);
    // The handler is there when the model has been loaded.
    const isLoaded = page.waitForFunction("document.querySelector('input').onchange !== null", undefined, {
      timeout: 20_000,
    });
    await isLoaded.catch(() => expect(errors).toEqual([]));
    await page.setInputFiles('input', workspace('picture.png'));
    await page.waitForFunction("document.querySelector('pre').textContent !== ''", undefined, { timeout: 120_000 });
    expect(errors).toEqual([]);
    expectPredicted(await page.evaluate<string>("document.querySelector('pre').textContent"));
    await page.close();
  });
});
