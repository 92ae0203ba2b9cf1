import type { TestContext } from 'vitest';
import { startedWebGpu, startWebGpu, type WebGpu, WebGpuUnavailableError } from '../../src/index.js';

/**
 * Starts WebGPU, or takes the one that has started: on software where there is nothing else. Skips the test with the reason
 * where there is not even that.
 */
export async function startOrSkip({ skip }: Pick<TestContext, 'skip'>): Promise<WebGpu> {
  try {
    return startedWebGpu() ?? (await startWebGpu({ software: true, onError: fail }));
  } catch (error) {
    if (error instanceof WebGpuUnavailableError) return skip(error.message);
    throw error;
  }
}

function fail(message: string): never {
  throw new Error(`WebGPU reported: ${message}`);
}
