/**
 * Returns the text of a JSON file as people's editors and shells save it: UTF-8 or UTF-16, with or without a byte order
 * mark, which is left out.
 *
 * @param bytes the file's whole content.
 * @throws SyntaxError when the bytes are not text in these encodings.
 */
export function decodeJsonText(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    throw new SyntaxError(`it is not ${encoding.toUpperCase()} text; save it as UTF-8`, { cause: error });
  }
}

/** Returns the encoding of a text that begins with an ASCII character or a byte order mark. */
export function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if ((first === 0xff && second === 0xfe) || second === 0) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || first === 0) return 'utf-16be';
  return 'utf-8';
}
