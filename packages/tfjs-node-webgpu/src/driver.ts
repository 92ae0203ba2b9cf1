/** Whether the system's loader finds a library. */
export type CanLoad = (library: string) => boolean;

/** Explains why no Vulkan driver can be found; undefined where there is a loader of them, or none is needed (macOS, Windows). */
export function explainMissingDriver(
  canLoad: CanLoad = canLoadLibrary,
  platform = process.platform,
): string | undefined {
  if (platform !== 'linux' || canLoad(VULKAN_LOADER)) return undefined;
  return (
    `${VULKAN_LOADER} cannot be loaded, through which WebGPU finds the driver of a GPU on Linux; ` +
    'install the package libvulkan1 (Debian, Ubuntu) or vulkan-loader, and the Vulkan driver of your GPU'
  );
}

const VULKAN_LOADER = 'libvulkan.so.1';

/** Asks the system's loader. The library is let go at once, unless it is in use already. */
function canLoadLibrary(library: string): boolean {
  try {
    process.dlopen({ exports: {} }, library);
  } catch (error) {
    // Node, which has found it, misses its own addon in it.
    return /did not self-register/.test((error as Error).message);
  }
  return true;
}
