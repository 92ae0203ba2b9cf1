import type { TestContext } from 'vitest';
import { startWebGpu, type WebGpu, WebGpuUnavailableError } from '../../src/index.js';

/** Starts WebGPU, on software where there is nothing else; skips the test with the reason where there is not even that. */
export async function startOrSkip({ skip }: Pick<TestContext, 'skip'>): Promise<WebGpu> {
  try {
    return await startWebGpu({ software: true, onError: fail });
  } catch (error) {
    if (error instanceof WebGpuUnavailableError) return skip(error.message);
    throw error;
  }
}

function fail(message: string): never {
  throw new Error(`WebGPU reported: ${message}`);
}
