import type { DataChoice } from '@cifarlab/experiment';
import type { Sample } from '../protocol.js';

/** Task of a process that classifies images. */
export interface SampleTask {
  /** Folder of the run. */
  path: string;
  /** Where the images are. */
  data: DataChoice;
}

/** Answer of that process. */
export type SampleAnswer = Sample;
