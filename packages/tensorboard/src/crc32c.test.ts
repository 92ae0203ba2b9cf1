import { expect, it } from 'vitest';
import { crc32c, maskedCrc32c } from './crc32c.js';

const bytes = (value: (i: number) => number, length = 32) => Uint8Array.from({ length }, (_, i) => value(i));
const iscsiRead = Uint8Array.from(
  '01c00000000000000000000000000000140000000000040000000014000000182800000000000000020000000000000'
    .padEnd(96, '0')
    .match(/../g)!,
  (pair) => Number.parseInt(pair, 16),
);

it.each([
  ['32 bytes of zeroes', bytes(() => 0), 0x8a9136aa],
  ['32 bytes of ones', bytes(() => 0xff), 0x62a8ab43],
  ['32 bytes that grow', bytes((i) => i), 0x46dd794e],
  ['32 bytes that fall', bytes((i) => 31 - i), 0x113fdb5c],
  ['a SCSI read command', iscsiRead, 0xd9963a56],
  ['no byte', new Uint8Array(0), 0],
])('is that of RFC 3720, appendix B.4, for %s', (_, data, check) => {
  expect(crc32c(data)).toBe(check);
});

it('is masked as TensorFlow does', () => {
  // tensorflow/core/lib/hash/crc32c.h: turned right by 15 bits, plus 0xa282ead8, in 32 bits.
  expect(maskedCrc32c(new Uint8Array(0))).toBe(0xa282ead8);
  expect(maskedCrc32c(bytes(() => 0))).toBe(
    Number((((0x8a9136aan >> 15n) | ((0x8a9136aan << 17n) & 0xffffffffn)) + 0xa282ead8n) & 0xffffffffn),
  );
});
