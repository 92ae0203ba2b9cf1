import { readFile } from 'node:fs/promises';
import { hasRoomForWebAssembly } from '@cifarlab/internals/address-space';
import type { ResvgRenderOptions } from '@resvg/resvg-wasm';
import { PlotError, requireRange } from './errors.js';
import { requireHere } from './require-here.js';

/** Options of {@link renderPng}. */
export interface PngOptions {
  /** Image pixels per CSS pixel, 0.1 to 8. Default: 2, sharp on dense screens and in print. */
  scale?: number;
}

/**
 * Draws an SVG document as PNG. Text is set in DejaVu Sans, which comes with this package (Latin, Greek, Cyrillic,
 * mathematics and arrows), whatever fonts the machine has, so the bytes are the same everywhere.
 *
 * The rasteriser (resvg, in WebAssembly) is loaded on the first call. Nothing outside the document is read.
 *
 * @param svg a whole SVG document, as the `render…` functions return it
 * @returns the bytes of the PNG, width and height being those of the SVG times `scale`
 * @throws PlotError when `scale` is out of range, `svg` is not an SVG document, the rasteriser's files are missing or
 * the limit of the address space leaves no room for WebAssembly, and when the rasteriser breaks off
 */
export async function renderPng(svg: string, options: PngOptions = {}): Promise<Uint8Array> {
  const { scale = 2 } = options;
  requireRange('scale', scale, 0.1, 8);
  const { Resvg, fonts } = await loadRasteriser();
  const resvg = openDocument(Resvg, svg, {
    // Nearest neighbour: the rasteriser does not know the `pixelated` of browsers.
    imageRendering: 1,
    fitTo: { mode: 'zoom', value: scale },
    font: { fontBuffers: fonts, defaultFontFamily: 'DejaVu Sans', sansSerifFamily: 'DejaVu Sans' },
  });
  const image = rendered(resvg);
  try {
    return image.asPng();
  } finally {
    image.free();
    resvg.free();
  }
}

function rendered(resvg: InstanceType<Rasteriser['Resvg']>) {
  try {
    return resvg.render();
  } catch (cause) {
    // What broke off in WebAssembly cannot be freed.
    throw new PlotError('The rasteriser broke off while it drew the picture', { cause });
  }
}

function openDocument(Resvg: Rasteriser['Resvg'], svg: string, options: ResvgRenderOptions) {
  try {
    return new Resvg(svg, options);
  } catch (cause) {
    throw new PlotError('The picture is no SVG document that can be drawn', { cause });
  }
}

interface Rasteriser {
  Resvg: typeof import('@resvg/resvg-wasm').Resvg;
  fonts: Uint8Array[];
}

let rasteriser: Promise<Rasteriser> | undefined;

function loadRasteriser(): Promise<Rasteriser> {
  rasteriser ??= startRasteriser().catch((error: unknown) => {
    rasteriser = undefined;
    throw error;
  });
  return rasteriser;
}

async function startRasteriser(): Promise<Rasteriser> {
  requireRoomForWebAssembly();
  const { Resvg, initWasm } = await import('@resvg/resvg-wasm');
  const files = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((font) => `@cifarlab/plots/assets/${font}`);
  const [wasm, ...fonts] = await Promise.all(['@resvg/resvg-wasm/index_bg.wasm', ...files].map(readInstalled));
  await initWasm(wasm!).catch((error: unknown) => {
    // The application may have started the same module for its own use already.
    if (!String(error).includes('Already initialized')) throw error;
  });
  return { Resvg, fonts };
}

/**
 * Asks for a WebAssembly memory, for which Node reserves gigabytes of addresses, before the rasteriser does: it also
 * touches the global `Request`, upon which Node loads a WebAssembly module whose failure nobody can catch.
 */
function requireRoomForWebAssembly(): void {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: { Memory: new (size: { initial: 1 }) => object } };
  try {
    if (!hasRoomForWebAssembly()) throw new RangeError('less than 11 GiB of the address space is left');
    new WebAssembly.Memory({ initial: 1 });
  } catch (cause) {
    throw new PlotError(
      `The rasteriser gets no WebAssembly memory (${String(cause)}): raise the limit of the address space (ulimit -v), or start Node with --disable-wasm-trap-handler`,
      { cause },
    );
  }
}

/** Reads a file of an installed package; a bundler takes code along and leaves such files where they are. */
async function readInstalled(file: string): Promise<Uint8Array> {
  try {
    return await readFile(requireHere().resolve(file));
  } catch (cause) {
    throw new PlotError(
      `${file} is not installed where this program looks for it: a bundle needs @cifarlab/plots and @resvg/resvg-wasm in a node_modules folder beside it or above; mark both as external`,
      { cause },
    );
  }
}
