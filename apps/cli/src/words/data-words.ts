import type { DataChoice } from '@cifarlab/experiment';
import { pathWord } from '@cifarlab/internals/shell-words';

/** Returns the flags that repeat the source of the images. */
export function dataWords({ dataDir, allowUnverified, offline }: DataChoice): string[] {
  return [
    ...(dataDir === undefined ? [] : ['--data-dir', pathWord(String(dataDir))]),
    ...(allowUnverified ? ['--allow-unverified'] : []),
    ...(offline ? ['--offline'] : []),
  ];
}
