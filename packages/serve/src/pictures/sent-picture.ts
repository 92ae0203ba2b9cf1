/** A picture as it was sent: a file of a picture, or pixels. */
export interface SentPicture {
  /** Its name, as the sender calls it. */
  name: string;
  content: Uint8Array;
  /** Whether the content is bytes [side, side, 3] rather than a file. */
  isRaw: boolean;
}

/** Whether a content begins as a file of a format that is taken does: PNG, JPEG or WebP. */
export function isPictureFile(content: Uint8Array): boolean {
  const head = Buffer.from(content.buffer, content.byteOffset, Math.min(content.length, 12)).toString('latin1');
  const isWebp = head.startsWith('RIFF') && head.slice(8) === 'WEBP';
  return head.startsWith('\x89PNG\r\n\x1a\n') || head.startsWith('\xff\xd8\xff') || isWebp;
}
