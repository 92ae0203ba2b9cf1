import { join } from 'node:path';
import { type RunFolder, runFolder } from '@cifarlab/trainer/node';

/** The places in a run's folder. */
export interface RunFiles extends RunFolder {
  /** `result.json`: how the training ended. */
  result: string;
  /** `batch.png`: a training batch as the network sees it. */
  batch: string;
  /** `curves.svg` */
  curvesSvg: string;
  /** `curves.png` */
  curvesPng: string;
  /** `report.html` */
  report: string;
}

/** Returns the places in the folder of a run; nothing is made or read. */
export function runFiles(path: string): RunFiles {
  return {
    ...runFolder(path),
    result: join(path, 'result.json'),
    batch: join(path, 'batch.png'),
    curvesSvg: join(path, 'curves.svg'),
    curvesPng: join(path, 'curves.png'),
    report: join(path, 'report.html'),
  };
}
