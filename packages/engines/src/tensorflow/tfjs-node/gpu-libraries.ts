/** Whether the system's loader finds a library. */
export type CanLoad = (library: string) => boolean;

interface GpuLibraries {
  /** Comes with NVIDIA's driver. */
  driver: string;
  cuda: readonly string[];
  cudnn: string;
  /** The variable that names the folders in which the loader looks. */
  path: string;
}

/** Libraries that TensorFlow 2.9, the release that tfjs-node-gpu 4.22 downloads, loads by name. */
const libraries: Partial<Record<NodeJS.Platform, GpuLibraries>> = {
  linux: {
    driver: 'libcuda.so.1',
    cuda: [
      ...['libcudart.so.11.0', 'libcublas.so.11', 'libcublasLt.so.11', 'libcufft.so.10'],
      ...['libcurand.so.10', 'libcusolver.so.11', 'libcusparse.so.11'],
    ],
    cudnn: 'libcudnn.so.8',
    path: 'LD_LIBRARY_PATH',
  },
  win32: {
    driver: 'nvcuda.dll',
    cuda: [
      ...['cudart64_110.dll', 'cublas64_11.dll', 'cublasLt64_11.dll', 'cufft64_10.dll'],
      ...['curand64_10.dll', 'cusolver64_11.dll', 'cusparse64_11.dll'],
    ],
    cudnn: 'cudnn64_8.dll',
    path: 'PATH',
  },
};

/** Explains why TensorFlow can have no GPU here whatever is installed beside it; undefined with a driver. */
export function explainMissingDriver(canLoad: CanLoad, platform = process.platform): string | undefined {
  const needed = libraries[platform];
  if (!needed) return `tfjs-node-gpu runs on Linux and Windows, and this is ${platform}; use ort or tfjs-node`;
  if (canLoad(needed.driver)) return undefined;
  return `no NVIDIA driver: ${needed.driver} cannot be loaded; install the driver of your GPU until \`nvidia-smi\` lists it`;
}

/** Explains why TensorFlow, loaded beside a driver, found no GPU to compute with. */
export function explainMissingGpu(
  canLoad: CanLoad,
  platform = process.platform,
  visible = process.env.CUDA_VISIBLE_DEVICES,
): string {
  const { cuda, cudnn, path } = libraries[platform]!;
  const missingCuda = cuda.filter((library) => !canLoad(library));
  const missing = [
    ...(missingCuda.length > 0 ? [{ what: 'CUDA 11.2', list: missingCuda }] : []),
    ...(canLoad(cudnn) ? [] : [{ what: 'cuDNN 8.1', list: [cudnn] }]),
  ];
  if (missing.length > 0) {
    const lists = missing.map(({ what, list }) => `${what} (${list.join(', ')})`).join(' and ');
    const names = missing.map(({ what }) => what).join(' and ');
    return `no GPU for TensorFlow: cannot load ${lists}; install ${names} and add the folder of these libraries to ${path}`;
  }
  if (visible !== undefined && /^(-1)?$/.test(visible.trim())) {
    return `no GPU for TensorFlow: CUDA_VISIBLE_DEVICES=${visible} hides them all; unset it`;
  }
  return 'no GPU for TensorFlow, though driver, CUDA and cuDNN can be loaded; TF_CPP_MIN_LOG_LEVEL=0 makes it say why';
}

/** Asks the system's loader. The library is let go at once, unless it is in use already. */
export function canLoadLibrary(library: string): boolean {
  try {
    process.dlopen({ exports: {} }, library);
  } catch (error) {
    // Node, which has found it, misses its own addon in it.
    return /did not self-register/.test((error as Error).message);
  }
  return true;
}
