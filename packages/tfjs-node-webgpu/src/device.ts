import { WebGpuUnavailableError } from './errors.js';

/** Limits of a device that decide how large tensors and workgroups may be: bytes, or counts. */
export interface DeviceLimits {
  /** Largest buffer, in bytes. */
  readonly maxBufferSize: number;
  /** Largest part of a buffer that a kernel can be given, in bytes. */
  readonly maxStorageBufferBindingSize: number;
  /** Most buffers of a kernel. */
  readonly maxStorageBuffersPerShaderStage: number;
  /** Memory that a workgroup shares, in bytes. */
  readonly maxComputeWorkgroupStorageSize: number;
  /** Most invocations of a workgroup. */
  readonly maxComputeInvocationsPerWorkgroup: number;
  /** Most invocations of a workgroup along its first axis. */
  readonly maxComputeWorkgroupSizeX: number;
  /** Most workgroups along an axis. */
  readonly maxComputeWorkgroupsPerDimension: number;
}

/** All that the adapter has of these is asked for. */
const LIMITS: readonly (keyof DeviceLimits)[] = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupsPerDimension',
];

/** Opens a device with all that the adapter can do, and times of kernels where it tells them. */
export async function openDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const requiredLimits = { ...limitsOf(adapter) };
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
  return Object.fromEntries(LIMITS.map((name) => [name, limits[name]])) as unknown as DeviceLimits;
}
