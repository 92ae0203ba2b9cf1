import type { GemmEngine } from '@cifarlab/gemm';
import type { Engine, EngineName } from '../engine.js';
import { measureProduct } from '../measure/measure-product.js';
import { versionOf } from '../version-of.js';

/** The engine of the matrix products of ndarrays in this process. */
export interface ChosenGemm {
  name: EngineName<'ndarray'>;
  threads: number;
  /** Version of ONNX Runtime, if that computes. */
  ortVersion: string | undefined;
  /** Why nothing faster was chosen. */
  reason: string | undefined;
}

const gemmNames: Record<EngineName<'ndarray'>, GemmEngine> = { ort: 'ort', wasm: 'wasm-simd', cpu: 'javascript' };

/**
 * Chooses what computes the matrix products of ndarrays in this process.
 *
 * @throws what `setGemmEngine` throws: GemmEngineError when the engine does not work here, RangeError for its threads.
 */
export async function chooseGemm(
  name: EngineName<'ndarray'> | 'auto',
  threads: number | undefined,
): Promise<ChosenGemm> {
  const { gemmEngineDetails, setGemmEngine } = await import('@cifarlab/gemm');
  setGemmEngine(name === 'auto' ? name : gemmNames[name], threads === undefined ? {} : { threads });
  const { engine, version, reason, ...details } = gemmEngineDetails();
  const [chosen] = (Object.keys(gemmNames) as EngineName<'ndarray'>[]).filter((key) => gemmNames[key] === engine);
  return { name: chosen!, threads: details.threads, ortVersion: version, reason };
}

/** Makes a row of the registry for an engine of `@cifarlab/gemm`. */
export function gemmEngine(
  name: EngineName<'ndarray'>,
  { software, multithreaded }: { software: string; multithreaded: boolean },
): Engine<'ndarray'> {
  return {
    family: 'ndarray',
    name,
    recordName: `gemm ${gemmNames[name]}`,
    trains: 'convolutional',
    device: 'cpu',
    multithreaded,
    async start({ threads }) {
      const { ortVersion, ...chosen } = await chooseGemm(name, multithreaded ? threads : undefined);
      return {
        version: ortVersion === undefined ? software : `${software} ${ortVersion}`,
        threads: chosen.threads,
        software: { ...versionOf('@cifarlab/gemm'), ...(ortVersion !== undefined && { onnxruntime: ortVersion }) },
        async measure(seconds) {
          return { product: await measureProduct(seconds), convolution: null };
        },
      };
    },
  };
}
