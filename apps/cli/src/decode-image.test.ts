import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeImage } from './decode-image.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cifarlab-decode-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function save(name: string, image: Sharp): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, await image.toBuffer());
  return path;
}

/** A 32x32 picture whose upper half is red and whose lower half is blue. */
function twoHalves(): Sharp {
  const pixels = Buffer.alloc(32 * 32 * 3);
  for (let pixel = 0; pixel < 1024; pixel += 1) pixels[pixel * 3 + (pixel < 512 ? 0 : 2)] = 255;
  return sharp(pixels, { raw: { width: 32, height: 32, channels: 3 } });
}

const pixelAt = (chw: Uint8Array, x: number, y: number) => [0, 1, 2].map((channel) => chw[channel * 1024 + y * 32 + x]);

describe('decodeImage', () => {
  test('a 32x32 PNG comes back byte for byte, channels first', async () => {
    const pixels = Buffer.from(Array.from({ length: 3072 }, (_, index) => (index * 37) % 256));
    const path = await save('exact.png', sharp(pixels, { raw: { width: 32, height: 32, channels: 3 } }).png());
    const chw = await decodeImage(path);
    expect(chw).toHaveLength(3072);
    for (let pixel = 0; pixel < 1024; pixel += 1) {
      expect(pixelAt(chw, pixel % 32, Math.floor(pixel / 32))).toEqual([...pixels.subarray(pixel * 3, pixel * 3 + 3)]);
    }
  });

  test('EXIF orientation 3 turns the picture by 180 degrees', async () => {
    const path = await save('turned.jpg', twoHalves().jpeg({ quality: 100 }).withMetadata({ orientation: 3 }));
    const chw = await decodeImage(path);
    expect(pixelAt(chw, 16, 4)[2]).toBeGreaterThan(240);
    expect(pixelAt(chw, 16, 28)[0]).toBeGreaterThan(240);
  });

  test('transparency lies on white', async () => {
    const clear = sharp({ create: { width: 8, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } });
    const chw = await decodeImage(await save('clear.png', clear.png()));
    expect([...new Set(chw)]).toEqual([255]);
  });

  test('grey becomes RGB', async () => {
    const grey = sharp({ create: { width: 9, height: 5, channels: 3, background: '#777777' } }).toColourspace('b-w');
    const chw = await decodeImage(await save('grey.png', grey.png()));
    expect(pixelAt(chw, 3, 3)).toEqual([0x77, 0x77, 0x77]);
  });

  test('16-bit pictures are brought to 8 bits', async () => {
    const deep = sharp({ create: { width: 4, height: 4, channels: 3, background: '#804020' } }).toColourspace('rgb16');
    const chw = await decodeImage(await save('deep.png', deep.png()));
    expect(pixelAt(chw, 1, 1)).toEqual([0x80, 0x40, 0x20]);
  });

  test('nothing of a wide picture is cut off', async () => {
    const pixels = Buffer.alloc(64 * 16 * 3);
    for (let y = 0; y < 16; y += 1) pixels.fill(255, y * 192, y * 192 + 12);
    const wide = sharp(pixels, { raw: { width: 64, height: 16, channels: 3 } });
    const chw = await decodeImage(await save('wide.png', wide.png()));
    expect(pixelAt(chw, 0, 16)[0]).toBeGreaterThan(200);
    expect(pixelAt(chw, 31, 16)[0]).toBe(0);
  });

  test.each([
    ['text.png', Buffer.from('this is no image')],
    ['empty.jpg', Buffer.alloc(0)],
  ])('refuses %s by name', async (name, content) => {
    const path = join(folder, name);
    await writeFile(path, content);
    await expect(decodeImage(path)).rejects.toThrow(/cannot be read as an image.*give a PNG or JPEG/);
  });

  test('refuses a truncated JPEG', async () => {
    const whole = await twoHalves().resize(200, 200).jpeg().toBuffer();
    const path = join(folder, 'cut.jpg');
    await writeFile(path, whole.subarray(0, whole.length / 2));
    await expect(decodeImage(path)).rejects.toThrow('cut.jpg cannot be read as an image');
  });
});
