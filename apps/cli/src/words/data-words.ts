import type { DataChoice } from '@cifarlab/experiment';
import { pathWord } from '@cifarlab/internals/shell-words';

/** Returns the flags that say again where the images come from. */
export function dataWords({ dataDir, allowUnverified, offline }: DataChoice): string[] {
  return [
    ...(dataDir === undefined ? [] : ['--data-dir', pathWord(String(dataDir))]),
    ...(allowUnverified ? ['--allow-unverified'] : []),
    ...(offline ? ['--offline'] : []),
  ];
}
