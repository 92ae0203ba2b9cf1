import type { DataChoice } from '@cifarlab/experiment';
import type { Sample } from '../protocol.js';

/** Task of a process that classifies images. */
export interface SampleTask {
  /** Folder of the run. */
  path: string;
  /** Place of the images. */
  data: DataChoice;
}

/** Answer of that process. */
export type SampleAnswer = Sample;
