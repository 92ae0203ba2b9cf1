import { decodePicture, type Picture } from './decode-picture.js';

/**
 * Reads all pictures before the first is used, so that a wrong name does not show up halfway.
 *
 * @param onError hears of each that cannot be read, but the last of them.
 * @param side of the squares that they are scaled to, as `decodePicture` takes it.
 * @throws what the last of those that cannot be read throws.
 */
export async function decodePictures(
  files: readonly string[],
  onError: (error: unknown) => void = () => {},
  side?: number,
): Promise<Picture[]> {
  const pictures: Picture[] = [];
  const errors: unknown[] = [];
  for (const file of files) {
    try {
      pictures.push(await decodePicture(file, side));
    } catch (error) {
      errors.push(error);
    }
  }
  errors.slice(0, -1).forEach(onError);
  if (errors.length > 0) throw errors.at(-1);
  return pictures;
}
