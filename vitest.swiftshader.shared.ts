import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where Debian's package `chromium` has SwiftShader, a Vulkan driver that computes on the CPU. */
const DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';

/**
 * Has the processes of the tests find SwiftShader, if it is here and no other driver was chosen: the loader of libraries reads
 * its variable when a process starts, so this belongs into the configuration of the tests.
 */
export function useSwiftShader(): void {
  Object.assign(process.env, swiftShaderVariables());
}

/** Returns the variables with which a process computes on SwiftShader, or on the driver that was chosen. */
export function swiftShaderVariables({ env } = process): Record<string, string> {
  // Tests take software; `cifarlab` only does on request.
  const variables: Record<string, string> = { CIFARLAB_WEBGPU_SOFTWARE: env.CIFARLAB_WEBGPU_SOFTWARE ?? '1' };
  if (env.VK_DRIVER_FILES !== undefined || !existsSync(DRIVER)) return variables;
  variables.VK_DRIVER_FILES = DRIVER;
  const folder = dirname(DRIVER);
  // Chromium brings the loader of Vulkan drivers too, which a system may lack.
  if (existsSync(join(folder, 'libvulkan.so.1'))) {
    variables.LD_LIBRARY_PATH = [env.LD_LIBRARY_PATH, folder].filter(Boolean).join(':');
  }
  return variables;
}
