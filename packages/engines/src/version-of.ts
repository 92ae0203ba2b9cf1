import { createRequire } from 'node:module';

/** Reads the version of a package that this one computes with, as a record; empty in a bundle that has no such package beside it. */
export function versionOf(name: string): Record<string, string> {
  try {
    const { version } = createRequire(import.meta.url)(`${name}/package.json`) as { version: string };
    return { [name]: version };
  } catch {
    return {};
  }
}
