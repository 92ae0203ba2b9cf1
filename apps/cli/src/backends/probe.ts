import type { Backend, Probe, ProbeOptions } from './backend.js';
import { measureTensorflow } from './measure-tensorflow.js';
import { reasonOf } from './reason.js';
import { startNdarray } from './start-ndarray.js';
import { startTensorflow } from './start-tensorflow.js';

/** Starts a backend in this process and measures it; whatever it throws is the reason that it cannot be used. */
export async function probe({ library, name }: Backend, options: ProbeOptions): Promise<Probe> {
  const { seconds } = options;
  const unmeasured = { product: null, convolution: null };
  try {
    if (library === 'ndarray') {
      const { measure, ...started } = startNdarray(name, options);
      return { available: true, ...started, ...unmeasured, ...(seconds > 0 && { product: await measure(seconds) }) };
    }
    const { tf, memoryLimit: _, ...started } = await startTensorflow(name, options);
    return { available: true, ...started, ...unmeasured, ...(seconds > 0 && (await measureTensorflow(tf, seconds))) };
  } catch (error) {
    return { available: false, reason: reasonOf(error) };
  }
}
