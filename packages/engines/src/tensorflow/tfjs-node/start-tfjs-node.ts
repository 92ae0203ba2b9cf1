import { createRequire } from 'node:module';
import { type InstalledPackage, installed, release } from '../find-package.js';
import type { StartedBackend } from '../tensorflow-engine.js';
import { type TensorFlow, use } from '../use-backend.js';
import { explainLoadError } from './explain-load-error.js';
import { type CanLoad, canLoadLibrary, explainMissingDriver, explainMissingGpu } from './gpu-libraries.js';
import { restoreLegacyUtil } from './legacy-util.js';

export type TfjsNodeName = 'tfjs-node' | 'tfjs-node-gpu';

/** The name under which both packages register. */
const backendName = 'tensorflow';

const notes: Record<TfjsNodeName, string> = {
  'tfjs-node': "its install script downloads TensorFlow's library",
  'tfjs-node-gpu': 'it needs an NVIDIA GPU with CUDA 11.2 and cuDNN 8.1',
};

/**
 * Starts TensorFlow's own library in this process, as the backend of the TensorFlow.js that is here.
 *
 * @throws Error that says what is missing and what turns it on.
 */
export async function startTfjsNode(
  name: TfjsNodeName,
  { folder, threads }: { folder: string; threads?: number | undefined },
  canLoad: CanLoad = canLoadLibrary,
): Promise<StartedBackend> {
  const isGpu = name === 'tfjs-node-gpu';
  const found = installed(`@tensorflow/${name}`, folder, `npm install @tensorflow/${name}@${release}`, notes[name]);
  const noDriver = isGpu ? explainMissingDriver(canLoad) : undefined;
  if (noDriver !== undefined) throw new Error(noDriver);
  const tf = await import('@tensorflow/tfjs-core');
  refuseSecondLibrary(tf, isGpu);
  // TensorFlow reads both when it is loaded; its notes about the processor are not for a program's output.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  if (threads !== undefined) process.env.TF_NUM_INTRAOP_THREADS = String(threads);
  load(tf, `@tensorflow/${name}`, found);
  await use(tf, backendName);
  const { binding, isUsingGpuDevice } = tf.backend() as unknown as TfjsNodeBackend;
  // Without a GPU the package computes on the CPU and says so nowhere.
  if (isGpu && !isUsingGpuDevice) throw new Error(explainMissingGpu(canLoad));
  // A library of Windows does not see variables that are set after its process started.
  const chosen = process.platform === 'win32' ? undefined : threads;
  return { tf, version: `${name} ${found.version}, TensorFlow ${binding.TF_Version}`, threads: chosen ?? null };
}

/** TensorFlow's library cannot be in a process twice, and the package that came first keeps the backend's name. */
function refuseSecondLibrary(tf: TensorFlow, isGpu: boolean): void {
  const running = tf.findBackend(backendName) as unknown as TfjsNodeBackend | null;
  if (running === null || running.isGPUPackage === isGpu) return;
  const [wanted, other] = isGpu ? ['tfjs-node-gpu', 'tfjs-node'] : ['tfjs-node', 'tfjs-node-gpu'];
  throw new Error(`${other} is loaded in this process already, and only one can be; ask for ${wanted} by its name`);
}

function load(tf: TensorFlow, name: string, found: InstalledPackage): void {
  const takeBack = restoreLegacyUtil();
  try {
    assertSameRelease(tf, name, found);
    found.require(found.folder);
    if (!tf.findBackendFactory(backendName)) {
      throw new Error(
        `it did not register with the @tensorflow/tfjs-core ${tf.version_core} that cifarlab computes with`,
      );
    }
  } catch (error) {
    takeBack();
    throw new Error(explainLoadError(error, name, found), { cause: error });
  }
}

/**
 * Copies of tfjs-core share one engine, with its backends, kernels and tensors, through a global variable; what they say
 * to it is the same only where their release is.
 */
function assertSameRelease(tf: TensorFlow, name: string, found: InstalledPackage): void {
  const union = createRequire(found.require.resolve('@tensorflow/tfjs'));
  const { version } = union('@tensorflow/tfjs-core/package.json') as { version: string };
  if (version === tf.version_core) return;
  throw new Error(
    `it brings @tensorflow/tfjs-core ${version}, and cifarlab computes with ${tf.version_core}; ` +
      `turn it on with: npm install ${name}@${release}`,
  );
}

interface TfjsNodeBackend {
  readonly binding: { readonly TF_Version: string };
  readonly isGPUPackage: boolean;
  readonly isUsingGpuDevice: boolean;
}
