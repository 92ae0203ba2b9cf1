import { expect, it } from 'vitest';
import { shortSetting } from './words.js';

it.each([
  ['3.1622776601683795e-5', '0.00003162'],
  ['0.00031622776601683794', '0.0003162'],
  ['0.30000000000000004', '0.3'],
  ['1.2345678912e-12', '1.235e-12'],
])('shortens %s to %s', (long, short) => expect(shortSetting(long)).toBe(short));

it.each(['0.001', '123456789012', 'constant-then-cosine', '400, 200.00001', 'none', ''])(
  'leaves %j as it is',
  (text) => {
    expect(shortSetting(text)).toBe(text);
  },
);
