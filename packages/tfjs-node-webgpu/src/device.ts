import { WebGpuUnavailableError } from './errors.js';

/** Limits that decide how large tensors and workgroups may be; all that the adapter has is asked for. */
const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupsPerDimension',
] as const;

/** Limits of a device, in bytes where they are sizes. */
export type DeviceLimits = Readonly<Record<(typeof LIMITS)[number], number>>;

/** Opens a device with all that the adapter can do, and times of kernels where it tells them. */
export async function openDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const requiredLimits = limitsOf(adapter);
  const requiredFeatures: GPUFeatureName[] = adapter.features.has('timestamp-query') ? ['timestamp-query'] : [];
  try {
    return await adapter.requestDevice({ requiredFeatures, requiredLimits });
  } catch (cause) {
    throw new WebGpuUnavailableError(
      'NO_DEVICE',
      `the GPU gives no device: ${(cause as Error).message}; another process may hold all of its memory`,
      { cause },
    );
  }
}

/** Returns the limits of a device, or of all that an adapter offers. */
export function limitsOf({ limits }: Pick<GPUDevice, 'limits'>): DeviceLimits {
  return Object.fromEntries(LIMITS.map((name) => [name, limits[name]])) as DeviceLimits;
}
