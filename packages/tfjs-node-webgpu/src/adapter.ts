import { WebGpuUnavailableError } from './errors.js';

/** Which GPU computes. */
export interface AdapterChoice {
  /** Where there are several GPUs: the faster one, or the one that saves power. Default `high-performance`. */
  powerPreference?: GPUPowerPreference | undefined;
  /** Also take an adapter that computes on the CPU, such as SwiftShader or llvmpipe: slow, for tests. Default false. */
  software?: boolean | undefined;
}

/** A GPU, as its driver describes it. */
export interface AdapterDescription {
  /** Name of the GPU, or of the driver where that does not tell. */
  readonly name: string;
  /** Vendor, in lower case: `nvidia`, `amd`, `intel`, `apple`, … */
  readonly vendor: string;
  /** Family of GPUs: `ampere`, `rdna-3`, … May be empty. */
  readonly architecture: string;
  /** Driver and its version, as it describes itself. May be empty. */
  readonly driver: string;
  /** Whether it computes on the CPU. */
  readonly software: boolean;
}

/**
 * Asks for an adapter.
 *
 * @throws WebGpuUnavailableError when there is none, or only software that was not asked for.
 */
export async function chooseAdapter(
  gpu: GPU,
  { powerPreference = 'high-performance', software = false }: AdapterChoice,
): Promise<GPUAdapter> {
  const adapter = await gpu.requestAdapter({ powerPreference });
  if (adapter === null) {
    throw new WebGpuUnavailableError(
      'NO_ADAPTER',
      'WebGPU finds no GPU here; install the driver of your GPU (on Linux its Vulkan driver: `vulkaninfo --summary` then ' +
        'lists it; in a container, the GPU must be passed through with the graphics capability)',
    );
  }
  const { name, software: isSoftware } = describeAdapter(adapter);
  if (isSoftware && !software) {
    throw new WebGpuUnavailableError(
      'SOFTWARE_ONLY',
      `the only adapter here is ${name}, which computes on the CPU, slower than any CPU engine; install the driver of ` +
        'your GPU, or ask for software to try it nevertheless',
    );
  }
  return adapter;
}

/** Describes an adapter. */
export function describeAdapter({ info }: GPUAdapter): AdapterDescription {
  const { vendor, architecture, device, description, isFallbackAdapter } = info as GPUAdapterInfo & {
    isFallbackAdapter?: boolean;
  };
  return {
    name: device || description || vendor,
    vendor,
    architecture,
    driver: description,
    software: isFallbackAdapter === true,
  };
}
