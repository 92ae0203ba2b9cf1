import { expect, it } from 'vitest';
import { findPython } from './python.js';

it('names what it looked for, where, and the remedy', () => {
  expect(findPython(['numpy', 'torch'], ['/no/such/python', process.execPath])).toEqual({
    reason:
      `no Python with numpy and torch (tried /no/such/python, ${process.execPath}); install Debian's python3-torch, ` +
      'python3-numpy, libopenblas0-pthread, or set CIFARLAB_PYTHON to a Python that has them',
  });
});
