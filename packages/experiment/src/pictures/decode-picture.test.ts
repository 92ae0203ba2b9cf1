import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodePicture } from './decode-picture.js';

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

/** Returns a 32x32 picture whose upper half is red and whose lower half is blue. */
function twoHalves(): Sharp {
  const pixels = Buffer.alloc(32 * 32 * 3);
  for (let pixel = 0; pixel < 1024; pixel += 1) pixels[pixel * 3 + (pixel < 512 ? 0 : 2)] = 255;
  return sharp(pixels, { raw: { width: 32, height: 32, channels: 3 } });
}

const pixelAt = (chw: Uint8Array, x: number, y: number) => [0, 1, 2].map((channel) => chw[channel * 1024 + y * 32 + x]);

describe('decodePicture', () => {
  test.each([
    ['pointer.png', 'version https://git-lfs.github.com/spec/v1', /a pointer of Git LFS .*git lfs pull/],
    ['grey.ppm', 'P6 1 1 255\nabc', /Netpbm.*save it as PNG/],
    ['raw.tif', `II*\0\x10\0\0\0CR${'\0'.repeat(200)}`, /a kind of its format that is not read\); .*or save it as PNG/],
    ['vague.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>', /no size of its own\); export it as PNG/],
  ])('names what is wrong with %s', async (name, content, message) => {
    const path = join(folder, name);
    await writeFile(path, content);
    await expect(decodePicture(path)).rejects.toThrow(message);
  });

  test.each([
    [' ', /the name of a picture is empty/],
    ['https://example.org/cat.png', /is an address, not a file; download/],
  ])('names what is wrong with the path %j', async (path, message) => {
    await expect(decodePicture(path)).rejects.toThrow(message);
  });

  test('keeps to limits of pixels and formats', async () => {
    const png = await twoHalves().png().toBuffer();
    await expect(decodePicture(png, 32, { maxPixels: 1000 })).rejects.toThrow('has more than 0.001 million pixels');
    const gif = await twoHalves().gif().toBuffer();
    await expect(decodePicture(gif, 32, { formats: ['PNG', 'JPEG'] })).rejects.toThrow(
      'is a GIF picture, and these are taken: PNG, JPEG; save it as PNG',
    );
    expect((await decodePicture(png, 32, { maxPixels: 1024, maxSeconds: 60, formats: ['PNG'] })).pixels).toHaveLength(
      3072,
    );
  });

  test('a 32x32 PNG comes back byte for byte, channels first', async () => {
    const pixels = Buffer.from(Array.from({ length: 3072 }, (_, index) => (index * 37) % 256));
    const path = await save('exact.png', sharp(pixels, { raw: { width: 32, height: 32, channels: 3 } }).png());
    const { pixels: chw } = await decodePicture(path);
    expect(chw).toHaveLength(3072);
    for (let pixel = 0; pixel < 1024; pixel += 1) {
      expect(pixelAt(chw, pixel % 32, Math.floor(pixel / 32))).toEqual([...pixels.subarray(pixel * 3, pixel * 3 + 3)]);
    }
  });

  test('EXIF orientation 3 turns the picture by 180 degrees', async () => {
    const path = await save('turned.jpg', twoHalves().jpeg({ quality: 100 }).withMetadata({ orientation: 3 }));
    const { pixels: chw } = await decodePicture(path);
    expect(pixelAt(chw, 16, 4)[2]).toBeGreaterThan(240);
    expect(pixelAt(chw, 16, 28)[0]).toBeGreaterThan(240);
  });

  test('transparency lies on white', async () => {
    const clear = sharp({ create: { width: 8, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } });
    const { pixels: chw } = await decodePicture(await save('clear.png', clear.png()));
    expect([...new Set(chw)]).toEqual([255]);
  });

  test('grey becomes RGB', async () => {
    const grey = sharp({ create: { width: 9, height: 5, channels: 3, background: '#777777' } }).toColourspace('b-w');
    const { pixels: chw } = await decodePicture(await save('grey.png', grey.png()));
    expect(pixelAt(chw, 3, 3)).toEqual([0x77, 0x77, 0x77]);
  });

  test('16-bit pictures are brought to 8 bits', async () => {
    const deep = sharp({ create: { width: 4, height: 4, channels: 3, background: '#804020' } }).toColourspace('rgb16');
    const { pixels: chw } = await decodePicture(await save('deep.png', deep.png()));
    expect(pixelAt(chw, 1, 1)).toEqual([0x80, 0x40, 0x20]);
  });

  test('nothing of a wide picture is cut off', async () => {
    const pixels = Buffer.alloc(64 * 16 * 3);
    for (let y = 0; y < 16; y += 1) pixels.fill(255, y * 192, y * 192 + 12);
    const wide = sharp(pixels, { raw: { width: 64, height: 16, channels: 3 } });
    const { pixels: chw } = await decodePicture(await save('wide.png', wide.png()));
    expect(pixelAt(chw, 0, 16)[0]).toBeGreaterThan(200);
    expect(pixelAt(chw, 31, 16)[0]).toBe(0);
  });

  test.each([
    ['empty.jpg', Buffer.alloc(0), '(it is empty); copy or download it again'],
    ['text.png', Buffer.from('this is not an image'), '(it is a text); give a PNG or JPEG file'],
    ['page.jpg', Buffer.from('<!DOCTYPE html><html></html>'), 'it is a web page); download the picture itself'],
    [
      'phone.heic',
      Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'),
      'a HEIC picture); export it as JPEG or PNG',
    ],
    ['clip.mp4', Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isomiso2', 'latin1'), 'it is a video); save one of its frames'],
    ['paint.bmp', Buffer.from('BM\x3a\0\0\0\0\0', 'latin1'), 'it is a BMP picture); save it as PNG'],
    ['paper.pdf', Buffer.from('%PDF-1.7\n'), 'it is a PDF document); export'],
    ['all.zip', Buffer.from('PK\x03\x04\0\0', 'latin1'), 'it is a ZIP archive); unpack it'],
    ['data.npy', Buffer.from('\x93NUMPY\x01\0', 'latin1'), 'it is a NumPy array); save the picture as PNG'],
    ['noise.bin', Buffer.from([0, 1, 2, 3, 0xfe, 0xff]), '(it is in no format known here); give a PNG or JPEG'],
    ['header.png', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 'it is cut off or damaged'],
    [
      'huge.svg',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="99999" height="99999"/>'),
      'more than 200 million pixels',
    ],
  ])('refuses %s with the remedy that fits', async (name, content, message) => {
    const path = join(folder, name);
    await writeFile(path, content);
    const refused = expect(decodePicture(path)).rejects;
    await refused.toThrow(message);
    await refused.toThrow(path);
    await refused.toMatchObject({ code: 'not-a-picture', place: path });
  });

  test.each(['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'] as const)(
    'reads a whole %s, and calls one cut off by its name',
    async (format) => {
      const whole = await twoHalves().resize(200, 200).toFormat(format).toBuffer();
      const path = join(folder, `whole.${format}`);
      await writeFile(path, whole);
      const { pixels: chw } = await decodePicture(path);
      expect(pixelAt(chw, 16, 4)[0]).toBeGreaterThan(200);
      expect(pixelAt(chw, 16, 28)[2]).toBeGreaterThan(200);
      await writeFile(path, whole.subarray(0, whole.length / 2));
      await expect(decodePicture(path)).rejects.toThrow(
        `whole.${format} cannot be read as an image (it is cut off or damaged`,
      );
    },
  );

  test('a picture of thousands of millions of pixels in a small file is refused before it is decoded', async () => {
    const path = join(folder, 'bomb.png');
    // A header of 60,000 x 60,000 pixels, RGB, 8 bits.
    const header = Buffer.from('0000000d494844520000ea600000ea600802000000', 'hex');
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(crc32(header.subarray(4)));
    const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
    await writeFile(
      path,
      Buffer.concat([signature, header, crc, Buffer.from('0000006449444154', 'hex'), Buffer.alloc(120)]),
    );
    await expect(decodePicture(path)).rejects.toThrow('more than 200 million pixels; make it smaller');
  });

  test('a single pixel and CMYK are pictures', async () => {
    const dot = sharp({ create: { width: 1, height: 1, channels: 3, background: '#804020' } });
    expect(pixelAt((await decodePicture(await save('dot.png', dot.png()))).pixels, 31, 31)).toEqual([0x80, 0x40, 0x20]);
    const cmyk = twoHalves().resize(64, 64).toColourspace('cmyk').jpeg({ quality: 100 });
    const [red, , blue] = pixelAt((await decodePicture(await save('cmyk.jpg', cmyk))).pixels, 16, 4);
    expect(red! - blue!).toBeGreaterThan(100);
  });

  test('of an animation the first frame is taken', async () => {
    const frames = await Promise.all(
      ['#ff0000', '#0000ff'].map((background) =>
        sharp({ create: { width: 40, height: 40, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    const path = await save('moving.gif', sharp(frames, { join: { animated: true } }).gif({ delay: [100, 100] }));
    expect((await sharp(path).metadata()).pages).toBe(2);
    expect(pixelAt((await decodePicture(path)).pixels, 16, 16)[0]).toBeGreaterThan(200);
  });

  test('a folder is named as one', async () => {
    await expect(decodePicture(folder)).rejects.toThrow(
      `${folder} is a folder where a file is expected; give the pictures in it one by one`,
    );
  });

  test.runIf(process.platform !== 'win32')(
    'a pipe that nobody writes to, and a device, are refused at once',
    async () => {
      const pipe = join(folder, 'pipe.png');
      execFileSync('mkfifo', [pipe]);
      await expect(decodePicture(pipe)).rejects.toThrow(`${pipe} is a pipe or a device`);
      await expect(decodePicture('/dev/zero')).rejects.toThrow('/dev/zero is a pipe or a device');
    },
  );

  test('a file that is too large for a picture is not read', async () => {
    const path = join(folder, 'large.png');
    await writeFile(path, Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
    await truncate(path, 600 * 2 ** 20);
    await expect(decodePicture(path)).rejects.toThrow('has 600 MiB, and a picture may have 512');
  });

  test('a missing file is a system error with its path', async () => {
    await expect(decodePicture(join(folder, 'none.png'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
