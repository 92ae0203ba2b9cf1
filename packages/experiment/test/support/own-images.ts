import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes three images of each of three colours, in CIFAR-10's binary layout; each pixel is a shade of its colour. */
function batch(number: number, brighter: number): Buffer {
  const images = Array.from({ length: 9 }, (_, i) => {
    const shade = Array.from({ length: 3072 }, (_, p) => (p * 7 + i * 5 + number * 11) % 60);
    const pixels = shade.map((value, p) => value + (Math.floor(p / 1024) === i % 3 ? 150 : 0) + brighter);
    return [i % 3, ...pixels];
  });
  return Buffer.from(images.flat());
}

/**
 * Writes images of red, green and blue, 45 for training and 9 for testing, under names of one's own.
 *
 * @param brighter added to every pixel, which makes other images of them.
 */
export async function writeOwnImages(folder: string, classNames: readonly string[], brighter = 0): Promise<void> {
  await mkdir(folder);
  const names = ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5', 'test_batch'];
  for (const [number, name] of names.entries()) await writeFile(join(folder, `${name}.bin`), batch(number, brighter));
  await writeFile(join(folder, 'batches.meta.txt'), classNames.join('\n'));
}
