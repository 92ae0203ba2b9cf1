import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp, { type Create } from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadPictures } from './load-pictures.js';
import { pictureFiles } from './picture-files.js';

let root: string;
let own: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'load-pictures-'));
  own = join(root, 'own');
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Writes a picture of one colour, in the format that its name says. */
async function picture(file: string, background: string, create: Partial<Create> = {}): Promise<void> {
  await mkdir(dirname(join(own, file)), { recursive: true });
  await sharp({ create: { width: 40, height: 30, channels: 3, background, ...create } }).toFile(join(own, file));
}

/** Writes three pictures of each of two classes, with one of each to test with. */
async function someOfEach(): Promise<void> {
  for (const [name, hue] of Object.entries({ red: 0, 'sky blue': 220 })) {
    for (let i = 0; i < 3; i++) await picture(`train/${name}/${i}.png`, `hsl(${hue}, 90%, ${40 + 5 * i}%)`);
    await picture(`test/${name}/t.webp`, `hsl(${hue}, 90%, 30%)`);
  }
}

/** Loads the pictures, and says how many were decoded for that, and what was warned of. */
async function load(side = 8, signal?: AbortSignal) {
  let decoded = 0;
  const warnings: string[] = [];
  const images = await loadPictures(own, (await pictureFiles(own))!, {
    ...{ side, signal, cacheDir: join(root, 'cache') },
    tell({ phase, message, done }) {
      if (phase === 'warning') warnings.push(message);
      if (message.startsWith('decoding')) decoded = done!;
    },
  });
  return { ...images, decoded, warnings };
}

const cached = () => readdir(join(root, 'cache', 'pictures'));
const skippedBy = ({ skipped }: Awaited<ReturnType<typeof load>>) =>
  skipped.map(({ file, cause, reason }) => `${cause}: ${file} ${reason}`);

describe('the cache', () => {
  beforeEach(someOfEach);

  it('has the pictures decoded the next time, wherever they lie', async () => {
    const first = await load();
    expect([first.decoded, first.train.numExamples, first.test.numExamples]).toEqual([8, 6, 2]);
    const second = await load();
    expect([second.decoded, second.contentDigest]).toEqual([0, first.contentDigest]);
    expect(second.train.pixels(3)).toEqual(first.train.pixels(3));
    await rename(own, join(root, 'moved'));
    own = join(root, 'moved');
    expect(await load()).toMatchObject({ decoded: 0, contentDigest: first.contentDigest });
    expect(await load(16)).toMatchObject({ decoded: 8 });
  });

  it.each<[string, () => Promise<void>]>([
    ['changed', () => picture('train/red/1.png', '#00ff00')],
    ['added', () => picture('train/red/new.png', '#00ff00')],
    ['removed', () => rm(join(own, 'train/red/1.png'))],
  ])('knows of a picture that is %s', async (_, change) => {
    const before = await load();
    await change();
    const after = await load();
    expect(after.decoded).toBeGreaterThan(0);
    expect(after.contentDigest).not.toBe(before.contentDigest);
    await rm(join(root, 'cache'), { recursive: true });
    expect((await load()).contentDigest).toBe(after.contentDigest);
  });

  it('is taken for none where it is damaged', async () => {
    const { contentDigest } = await load();
    const [name] = await cached();
    const file = join(root, 'cache', 'pictures', name!);
    const whole = await readFile(file);
    whole[100]! ^= 1;
    await writeFile(file, whole);
    expect(await load()).toMatchObject({ decoded: 8, contentDigest });
    expect(await load()).toMatchObject({ decoded: 0, contentDigest });
  });

  it('is shared by loads at the same time, and left whole by one that is aborted', async () => {
    const abort = new AbortController();
    const aborted = load(8, abort.signal);
    abort.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    const both = await Promise.all([load(), load()]);
    expect(both[0]!.contentDigest).toBe(both[1]!.contentDigest);
    expect(await cached()).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.pictures$/)]);
  });

  it('may be a place where nothing can be kept', async () => {
    await writeFile(join(root, 'cache'), 'a file in the place of the folder');
    expect(await load()).toMatchObject({ decoded: 8, warnings: [expect.stringContaining('are not kept in')] });
  });
});

describe('what is left out', () => {
  beforeEach(someOfEach);

  it('is named with the reason: broken, empty, something else, a duplicate of a test picture', async () => {
    const { contentDigest } = await load();
    const whole = await readFile(join(own, 'train/red/0.png'));
    await writeFile(join(own, 'train/red/half.png'), whole.subarray(0, whole.length / 2));
    await writeFile(join(own, 'train/red/empty.JPG'), '');
    await writeFile(join(own, 'train/red/page.jpeg'), '<!doctype html><title>Not found</title>');
    await writeFile(join(own, 'train/red/notes.txt'), 'mine');
    await copyFile(join(own, 'test/sky blue/t.webp'), join(own, 'train/red/again.webp'));
    for (const round of ['decoded', 'cached']) {
      const images = await load();
      expect(skippedBy(images), round).toEqual([
        'duplicate: train/red/again.webp is the same picture as test/sky blue/t.webp, which is for testing',
        'content: train/red/empty.JPG cannot be read as an image (it is empty)',
        expect.stringMatching(/^content: train\/red\/half\.png cannot be read as an image \(it is cut off or damaged/),
        'name: train/red/notes.txt is not named like a picture',
        'content: train/red/page.jpeg cannot be read as an image (it is a web page)',
      ]);
      expect(images.warnings, round).toHaveLength(3);
      // Those that are left are as if the others had never been there.
      expect(images.contentDigest, round).toBe(contentDigest);
    }
  });

  it('is an error where nothing is left of a class, or to test with', async () => {
    for (const name of ['0', '1', '2']) await writeFile(join(own, `train/red/${name}.png`), 'no picture');
    await expect(load()).rejects.toMatchObject({
      code: 'unfit-pictures',
      message: expect.stringMatching(/has no picture of "red" that can be trained on \(train\/red\/\d\.png cannot be/),
    });
    await someOfEach();
    for (const name of ['red', 'sky blue']) await writeFile(join(own, `test/${name}/t.webp`), '');
    await expect(load()).rejects.toThrow(/has no picture that can be tested with \(test\/.*it is empty/);
  });
});

describe('pictures of every kind', () => {
  const centre = (images: Awaited<ReturnType<typeof load>>, file: string, names: readonly string[]) => {
    const pixels = images.train.pixels(names.indexOf(file));
    return [0, 1, 2].map((channel) => pixels[channel * 64 + 4 * 8 + 4]!);
  };

  it('are upright, in RGB, on white', async () => {
    await someOfEach();
    await picture('train/red/A.PNG', '#808080');
    await sharp(join(own, 'train/red/A.PNG')).greyscale().toFile(join(own, 'train/red/grey.JPEG'));
    await picture('train/red/clear.png', '#ff000000', { channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } });
    // The upper half is red, and EXIF says that the camera was held upside down.
    const upper = await sharp({ create: { width: 40, height: 20, channels: 3, background: '#ff0000' } })
      .png()
      .toBuffer();
    await sharp({ create: { width: 40, height: 40, channels: 3, background: '#0000ff' } })
      .composite([{ input: upper, top: 0, left: 0 }])
      .withMetadata({ orientation: 3 })
      .jpeg()
      .toFile(join(own, 'train/red/turned.jpg'));
    const names = (await pictureFiles(own))!.train.map(({ file }) => file);
    const images = await load();
    expect(images.skipped).toEqual([]);
    expect(centre(images, 'train/red/A.PNG', names)).toEqual([128, 128, 128]);
    for (const value of centre(images, 'train/red/grey.JPEG', names)) expect(Math.abs(value - 128)).toBeLessThan(3);
    expect(centre(images, 'train/red/clear.png', names)).toEqual([255, 255, 255]);
    const [red, , blue] = centre(images, 'train/red/turned.jpg', names);
    expect(red! > 200 && blue! < 60).toBe(true);
  });

  it('may be thousands', async () => {
    await picture('a/0.png', '#102030', { width: 2, height: 2 });
    const one = await readFile(join(own, 'a/0.png'));
    await mkdir(join(own, 'b'));
    // What follows the end of a PNG is not part of the picture.
    const put = (file: string) => writeFile(join(own, file), Buffer.concat([one, Buffer.from(file)]));
    await Promise.all(Array.from({ length: 600 }, (_, i) => put(`${i % 2 === 0 ? 'a' : 'b'}/${i + 1}.png`)));
    const first = await load(4);
    expect([first.decoded, first.train.numExamples + first.test.numExamples]).toEqual([601, 601]);
    const files = (await cached()).length;
    expect(files).toBeGreaterThan(1);
    await put('a/new.png');
    const second = await load(4);
    expect(second.decoded).toBeGreaterThan(0);
    expect((await cached()).length).toBe(files + 1);
  });
});
