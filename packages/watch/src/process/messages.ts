import type { WatchOptions } from '../server/watch-server.js';
import type { WatchErrorCode } from '../watch-error.js';

/** Task of a process that serves a page. */
export interface WatchTask extends WatchOptions {
  /** Path of the run or folder to watch. */
  path: string;
}

/** Answer of that process. */
export type WatchAnswer = { address: string } | { code: WatchErrorCode | undefined; message: string };
