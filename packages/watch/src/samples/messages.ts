import type { DataChoice } from '@cifarlab/experiment';
import type { Sample } from '../protocol.js';

/** What a process that classifies images is asked to do. */
export interface SampleTask {
  /** Folder of the run. */
  path: string;
  /** Where the images are. */
  data: DataChoice;
}

/** What it answers. */
export type SampleAnswer = Sample;
