/**
 * Words without a meaning of their own in any shell, wherever they stand; `=` is excluded at the start, where zsh
 * expands it.
 */
const plain = /^(?!=)[\p{L}\p{N}_@%+=:,./-]+$/u;

/** Characters that cannot be seen, or that change how what follows is seen. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Returns a command line that a person can copy into a shell, with each word quoted where it needs to be.
 *
 * @param words the program and its arguments.
 * @param platform whose shell it is for.
 */
export function commandLine(words: readonly string[], platform: NodeJS.Platform = process.platform): string {
  return words.map((word) => (platform === 'win32' ? windowsWord(word) : posixWord(word))).join(' ');
}

/** Returns a path as an argument: one that starts with a dash would be read as a flag. */
export function pathWord(path: string): string {
  return path.startsWith('-') ? `./${path}` : path;
}

function posixWord(word: string): string {
  if (plain.test(word)) return word;
  if (word.search(invisible) < 0) return `'${word.replaceAll("'", "'\\''")}'`;
  const escaped = word.replace(/[\\']/g, '\\$&').replace(invisible, (character) => {
    const code = character.codePointAt(0)!.toString(16);
    return code.length <= 2 && code < '80' ? `\\x${code.padStart(2, '0')}` : `\\U${code.padStart(8, '0')}`;
  });
  return `$'${escaped}'`;
}

/** Quotes a word for Windows, where file names cannot hold quotation marks. */
function windowsWord(word: string): string {
  return plain.test(word.replaceAll('\\', '/')) ? word : `"${word}"`;
}
