import { reasonOf } from '../reason.js';
import { enginesOf } from '../registry.js';
import type { Probe, ProbeRequest } from './probe.js';

/** Starts an engine in this process and measures it; whatever it throws is the reason that it cannot be used. */
export async function probeEngine({ family, name, folder, seconds, threads }: ProbeRequest): Promise<Probe> {
  const engine = enginesOf(family).find((row) => row.name === name)!;
  try {
    const running = await engine.start({ folder, threads });
    const speed = seconds > 0 ? await running.measure(seconds) : { product: null, convolution: null };
    return { available: true, version: running.version, threads: running.threads, ...speed };
  } catch (error) {
    return { available: false, reason: reasonOf(error) };
  }
}
