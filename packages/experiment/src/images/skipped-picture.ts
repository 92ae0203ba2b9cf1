/**
 * Why a file is left out:
 *
 * - `name`: it is not named like a picture.
 * - `content`: it cannot be read as a picture.
 * - `duplicate`: it is for training, and the very same file is for testing.
 * - `place`: it is in no folder of a class, or in one that is not used.
 * - `class`: the folder of a class has no pictures.
 */
export type SkipCause = 'name' | 'content' | 'duplicate' | 'place' | 'class';

/** A file, or a folder, that is left out of a folder of pictures. */
export interface SkippedPicture {
  /** Its path below the folder, with `/` between the parts. */
  file: string;
  /** Kind of the reason, to branch on. */
  cause: SkipCause;
  /** The reason in words, as the end of a sentence about the file. */
  reason: string;
}

/** Words for each cause: of one, and of many. */
const words: Record<SkipCause, readonly [one: string, many: string]> = {
  name: ['file is left out, not named like a picture', 'files are left out, not named like pictures'],
  content: ['picture is left out', 'pictures are left out'],
  duplicate: [
    'training picture is left out, since it is a test picture too',
    'training pictures are left out, since they are test pictures too',
  ],
  place: ['file is left out, in no folder of a class', 'files and folders are left out, in no folder of a class'],
  class: ['folder is left out, without pictures', 'folders are left out, without pictures'],
};

/** Files that a line names. */
const SHOWN = 3;

/** Says in lines what is left out: one for each cause, with the first of its files. */
export function skippedLines(skipped: readonly SkippedPicture[]): string[] {
  return (Object.keys(words) as SkipCause[]).flatMap((cause) => {
    const files = skipped.filter((each) => each.cause === cause);
    if (files.length === 0) return [];
    const [one, many] = words[cause];
    const shown = files.slice(0, SHOWN).map(({ file, reason }) => (cause === 'content' ? `${file} ${reason}` : file));
    const rest = files.length > SHOWN ? ', …' : '';
    return [`${files.length} ${files.length === 1 ? one : many}: ${shown.join(', ')}${rest}`];
  });
}
