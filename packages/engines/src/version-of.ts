import { createRequire } from 'node:module';

/** @returns the version of a package that this one computes with, under its name; nothing inside a bundle without it. */
export function versionOf(name: string): Record<string, string> {
  try {
    const { version } = createRequire(import.meta.url)(`${name}/package.json`) as { version: string };
    return { [name]: version };
  } catch {
    return {};
  }
}
