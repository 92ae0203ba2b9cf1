import { describe, expect, it } from 'vitest';
import { canLoadLibrary, explainMissingDriver, explainMissingGpu } from './gpu-libraries.js';

/** A loader that finds all but these. */
const without =
  (...missing: string[]) =>
  (library: string) =>
    !missing.includes(library);

describe('explainMissingDriver', () => {
  it.each([
    ['linux', 'libcuda.so.1'],
    ['win32', 'nvcuda.dll'],
  ] as const)('on %s looks for %s', (platform, driver) => {
    expect(explainMissingDriver(without(), platform)).toBeUndefined();
    expect(explainMissingDriver(without(driver), platform)).toMatch(
      new RegExp(`^no NVIDIA driver: ${driver} cannot be loaded; install the driver`),
    );
  });

  it('says where there is none', () => {
    expect(explainMissingDriver(without(), 'darwin')).toBe(
      'tfjs-node-gpu runs on Linux and Windows, and this is darwin; use ort or tfjs-node',
    );
  });
});

describe('explainMissingGpu', () => {
  it.each([
    ['linux', 'libcudart.so.11.0', 'libcusparse.so.11', 'libcudnn.so.8', 'LD_LIBRARY_PATH'],
    ['win32', 'cudart64_110.dll', 'cusparse64_11.dll', 'cudnn64_8.dll', 'PATH'],
  ] as const)('on %s names what is missing of CUDA and cuDNN', (platform, cudart, cusparse, cudnn, path) => {
    const explain = (...missing: string[]) => explainMissingGpu(without(...missing), platform, undefined);
    expect(explain(cudart, cusparse)).toBe(
      `no GPU for TensorFlow: cannot load CUDA 11.2 (${cudart}, ${cusparse}); install CUDA 11.2 and add the folder of these libraries to ${path}`,
    );
    expect(explain(cudnn)).toBe(
      `no GPU for TensorFlow: cannot load cuDNN 8.1 (${cudnn}); install cuDNN 8.1 and add the folder of these libraries to ${path}`,
    );
    expect(explain(cudnn, cudart)).toContain(`CUDA 11.2 (${cudart}) and cuDNN 8.1 (${cudnn}); install CUDA 11.2 and `);
  });

  it.each(['', '-1'])('knows CUDA_VISIBLE_DEVICES=%s, which hides all', (visible) => {
    expect(explainMissingGpu(without(), 'linux', visible)).toContain(`CUDA_VISIBLE_DEVICES=${visible} hides them all`);
  });

  it.each([undefined, '0', '0,1'])('otherwise lets TensorFlow speak (CUDA_VISIBLE_DEVICES=%s)', (visible) => {
    expect(explainMissingGpu(without(), 'linux', visible)).toMatch(
      /can be loaded; TF_CPP_MIN_LOG_LEVEL=0 makes it say/,
    );
  });
});

describe('canLoadLibrary', () => {
  it('knows a library of this system from one that is not there', () => {
    const present = { linux: 'libc.so.6', darwin: '/usr/lib/libSystem.B.dylib', win32: 'kernel32.dll' };
    expect(canLoadLibrary('cifarlab-no-such-library.so.7')).toBe(false);
    expect(canLoadLibrary(present[process.platform as keyof typeof present])).toBe(true);
  });
});
